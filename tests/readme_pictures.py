"""The pictures of the README, of states of `tests/window_states.py`: `python -m tests.readme_pictures`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests import screenshots

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
ZOO = ROOT / "models" / "zoo"
SHOWN = {"live-speaking": "live", "recordings-done": "recordings", "lab-stft": "lab"}
"""Name of a state, and of its pictures NAME-light.png and NAME-dark.png."""


def main() -> int:
    with tempfile.TemporaryDirectory() as made:
        failed = screenshots.run(list(SHOWN), Path(made), next(iter(sorted(ZOO.glob("*.onnx")))))
        for line in failed:
            print(line, file=sys.stderr)
        if failed:
            return 1
        for state, name in SHOWN.items():
            for theme in screenshots.THEMES:
                shutil.copy(Path(made) / f"{state}-{theme}-1200x800.png", FOLDER / f"{name}-{theme}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
