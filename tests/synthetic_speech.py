"""Some speech, for tests that need any: `data/README.md` tells what is in it."""

from __future__ import annotations

from pathlib import Path


def synthetic_speech_path() -> Path:
    """An Ogg Vorbis file of 25.6 s, mono, 22.05 kHz: seven sentences with pauses of a second and more."""
    return Path(__file__).with_name("data") / "synthetic_speech.ogg"
