"""Try a package of `make package`: it must answer as the program with Python does, and each part must start.

    python scripts/try_package.py dist/emoscope

Ends with 1, and says what is wrong, if anything is.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "desktop_app" / "assets" / "demo.ogg"
ZOO = ROOT / "models" / "zoo"
MOST_MB = 450


def main(folder: Path) -> int:
    """Try the package in `folder`; 0 if it works."""
    program = folder.resolve() / ("emoscope.exe" if sys.platform == "win32" else "emoscope")
    megabytes = sum(file.stat().st_size for file in folder.rglob("*") if not file.is_symlink()) / 1e6
    wrong = [] if megabytes <= MOST_MB else [f"it has {megabytes:.0f} MB, more than {MOST_MB}"]
    wrong += [f"{path} is part of FFmpeg, which is left out for its licence" for path in _of_ffmpeg(folder)]
    with tempfile.TemporaryDirectory() as made:
        out = Path(made)
        wrong += _analyzes(program, out)
        wrong += _tries_models(program, out)
        wrong += _diagnoses(program)
        wrong += _shows(program, out)
        wrong += _refuses(program, out)
    for sentence in wrong:
        print(f"package: {sentence}", file=sys.stderr)
    if not wrong:
        print(f"{folder}: {megabytes:.0f} MB, works: analyze, doctor, window, trial of a model.")
    return 1 if wrong else 0


def _of_ffmpeg(folder: Path) -> list[Path]:
    return [path for part in ("*avcodec*", "*x264*", "*x265*") for path in folder.rglob(part)]


def _run(command: list[str | Path], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Without a screen, and with nothing of this checkout or its environment to be found."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    return subprocess.run(
        [str(word) for word in command],
        env=environment, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip


def _analyzes(program: Path, out: Path) -> list[str]:
    """The demo, with the answers of the source."""
    answers: list[dict[str, Any]] = []
    for name, command in (("package", [program]), ("source", [sys.executable, "-m", "desktop_app"])):
        to = out / f"{name}.json"
        done = _run([*command, "analyze", DEMO, "--json", to], cwd=out if name == "package" else ROOT)
        if done.returncode:
            return [f"analyze ({name}) ended with {done.returncode}: {done.stderr[-500:]}"]
        answers.append(json.loads(to.read_text(encoding="utf-8")))
    packaged, source = (found["files"][0] for found in answers)
    return [] if _alike(packaged, source) else ["analyze answers otherwise than with Python"]


def _alike(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        # How long it took is not an answer.
        kept = [{k: v for k, v in side.items() if not k.endswith("_ms")} for side in (one, other)]
        return kept[0].keys() == kept[1].keys() and all(_alike(v, kept[1][k]) for k, v in kept[0].items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, abs_tol=1e-4)
    return one == other


def _tries_models(program: Path, out: Path) -> list[str]:
    """A foreign model file is tried in a process of its own: one that works, and one that is broken."""
    shipped = next(iter(sorted(ZOO.glob("*.onnx")))).read_bytes()
    note = b"\x0a\x04note\x12\x05other"  # an entry of metadata_props, which makes it another file
    foreign, broken = out / "foreign.onnx", out / "broken.onnx"
    foreign.write_bytes(shipped + b"\x72" + bytes([len(note)]) + note)
    broken.write_bytes(shipped[:1_000_000])
    wrong = []
    done = _run([program, "analyze", DEMO, "--model", foreign, "--json", out / "foreign.json"], cwd=out)
    if done.returncode:
        wrong.append(f"a model file of somebody else is not opened: {done.stderr[-500:]}")
    done = _run([program, "analyze", DEMO, "--model", broken], cwd=out)
    if done.returncode != 1 or "Traceback" in done.stderr:
        wrong.append(f"a broken model file ended it with {done.returncode}: {done.stderr[-500:]}")
    return wrong


def _diagnoses(program: Path) -> list[str]:
    done = _run([program, "doctor", "--json"])
    checks = json.loads(done.stdout)["checks"] if done.stdout else []
    failed = [f"{check['name']}: {check['detail']}" for check in checks if check["status"] == "failure"]
    qt = [check["detail"] for check in checks if check["name"].startswith("window system")]
    if not any("starts" in detail for detail in qt):
        failed.append(f"Qt does not start: {qt}")
    return (
        failed
        if not done.returncode
        else [*failed, f"doctor ended with {done.returncode}: {done.stderr[-500:]}"]
    )


def _shows(program: Path, out: Path) -> list[str]:
    picture = out / "window.png"
    done = _run([program, "--screenshot", picture, "--source", "demo", "--seconds", "3"], cwd=out)
    if done.returncode or not picture.exists():
        return [f"the window is not shown ({done.returncode}): {done.stderr[-500:]}"]
    size = picture.stat().st_size
    return [] if size > 20_000 else [f"the picture of the window is empty ({size} bytes)"]


def _refuses(program: Path, out: Path) -> list[str]:
    """What needs FFmpeg is told in a sentence with a way out."""
    film = out / "talk.m4a"
    film.write_bytes(b"\x00\x00\x00\x20ftypM4A \x00\x00\x02\x00isomiso2M4A mp41" + bytes(4000))
    done = _run([program, "analyze", film], cwd=out)
    told = done.returncode == 1 and "ffmpeg -i" in done.stderr and "Traceback" not in done.stderr
    return [] if told else [f"m4a is not refused in a sentence ({done.returncode}): {done.stderr[-300:]}"]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
