"""Pictures of every page and state of the window, to be looked at.

    python -m tests.screenshots [--out DIR] [--only NAME...] [--model FILE] [--language de]

Each state is brought about with the real program behind the window where that is possible: the demo is heard
and analyzed with the model that ships. Pictures are named STATE-THEME-SIZE.png, and lie in build/screenshots
by default.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # tiny_model, running
sys.path.insert(0, str(Path(__file__).parent / "gui"))  # gui_events

from window_stage import SIZE, Stage
from window_states import STATES

ROOT = Path(__file__).parents[1]
SIZES = (SIZE, (760, 560))
THEMES = ("light", "dark")
TWICE = ("live-speaking", "recordings-done", "voices-list", "lab-stft")
"""Those of which a picture at twice the pixels is made as well."""


def take(stage: Stage, name: str, out: Path, *, suffix: str = "") -> None:
    """Bring the state about and take its pictures, in each theme and size."""
    from desktop_app.gui.screenshot import save_png

    try:
        STATES[name](stage)
        stage.let_pass(0.4)
        stage.hold()
        window = stage.window
        assert window is not None
        for theme in THEMES:
            stage.theme.set_mode(theme)
            for width, height in SIZES:
                window.resize(width, height)
                if stage.dialog is not None:
                    stage.dialog.resize(min(680, width - 40), min(680, height - 40))
                stage.let_pass(0.3)
                save_png(stage.dialog or window, out / f"{name}-{theme}-{width}x{height}{suffix}.png")
    finally:
        stage.theme.set_mode("light")
        stage.close()


def run(names: Sequence[str], out: Path, model: Path, *, suffix: str = "", language: str = "en") -> list[str]:
    """Take all these; what could not be, in words."""
    failed = []
    os.environ.update(QT_QPA_PLATFORM="offscreen", PULSE_SERVER="unix:/nonexistent/pulse")
    stage = Stage(model)
    from desktop_app.gui.language import use_language

    use_language(stage.app, language)
    for name in names:
        begun = time.monotonic()
        try:
            with stage.clean():
                take(stage, name, out, suffix=suffix)
        except Exception as error:  # noqa: BLE001 - the others are still to be taken
            failed.append(f"{name}: {type(error).__name__}: {error}")
        print(f"{name}{suffix}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return failed


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--only", nargs="+", choices=list(STATES), default=list(STATES), metavar="NAME")
    parser.add_argument("--model", type=Path, help="default: the one that ships")
    parser.add_argument("--language", default="en", help="of the window: en or de")
    parser.add_argument("--twice", action="store_true", help=argparse.SUPPRESS)  # in a process of its own
    args = parser.parse_args(argv)
    model = args.model or next(iter(sorted((ROOT / "models" / "zoo").glob("*.onnx"))))
    args.out.mkdir(parents=True, exist_ok=True)
    failed = run(args.only, args.out, model, suffix="@2x" if args.twice else "", language=args.language)
    for line in failed:
        print(line, file=sys.stderr)
    code = 1 if failed else 0
    twice = [name for name in args.only if name in TWICE]
    if twice and not args.twice:  # Qt reads the scale once, when it begins
        command = [sys.executable, "-m", "tests.screenshots", "--twice", "--out", str(args.out)]
        command += ["--model", str(model), "--language", args.language, "--only", *twice]
        done = subprocess.run(command, env={**os.environ, "QT_SCALE_FACTOR": "2"}, cwd=ROOT, check=False)
        code = code or done.returncode
    return code


if __name__ == "__main__":
    raise SystemExit(main())
