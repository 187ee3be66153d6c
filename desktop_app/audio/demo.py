"""Where the demo recording lies."""

from __future__ import annotations

from pathlib import Path

from desktop_app.audio.base import AudioError


def demo_path() -> Path:
    """The recording that comes with the program: synthetic speech and knocks, see `assets/README.md`.

    Raises
    ------
    AudioError
        The installation lacks it.
    """
    path = Path(__file__).resolve().parent.parent / "assets" / "demo.ogg"
    if not path.is_file():
        raise AudioError(f'The demo recording is missing: "{path}".', "Install the program again.")
    return path
