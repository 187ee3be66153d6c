"""How far a voice is known, in words: the same in the window and in the terminal."""

from __future__ import annotations

from desktop_app.core.types import VoiceUse


def known_of_voice(use: VoiceUse) -> str:
    """Such as `new`, or `34 s known, counts 40 %`."""
    if use.seconds <= 0:
        return "new"
    return f"{_length(use.seconds)} known, counts {round(100 * use.weight)} %"


def whose_voice(use: VoiceUse) -> str:
    """Such as `speaker 2, 34 s known, counts 40 %`; without the speaker where that is not told."""
    known = known_of_voice(use)
    return known if use.speaker is None else f"speaker {use.speaker}, {known}"


def known_of_voice_shortly(use: VoiceUse) -> str:
    """Such as `new`, or `34 s, 40 %`."""
    if use.seconds <= 0:
        return "new"
    return f"{_length(use.seconds)}, {round(100 * use.weight)} %"


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 119.5 else f"{seconds / 60:.0f} min"
