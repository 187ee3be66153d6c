"""The pictures of the README, of states of `tests/screenshots.py`: `python -m tests.readme_pictures`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests import screenshots

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
SHOWN = {"live-speaking": "live", "recordings-done": "recordings", "lab-stft": "lab"}
"""Name of a state, and of its pictures NAME-light.png and NAME-dark.png."""


def main() -> int:
    with tempfile.TemporaryDirectory() as made:
        code = screenshots.main(["--out", made, "--only", *SHOWN])
        for state, name in SHOWN.items():
            for theme in screenshots.THEMES:
                shutil.copy(Path(made) / f"{state}-{theme}-1200x800.png", FOLDER / f"{name}-{theme}.png")
    return code


if __name__ == "__main__":
    sys.exit(main())
