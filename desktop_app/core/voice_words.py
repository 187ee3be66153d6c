"""How far a voice is known, in words: the same in the window and in the terminal.

`say` translates words.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.core.language import mark
from desktop_app.core.types import VoiceUse


def known_of_voice(use: VoiceUse, say: Callable[[str], str] = str) -> str:
    """Such as `new`, or `34 s known, counts 40 %`."""
    if use.seconds <= 0:
        return say(mark("new"))
    return say(mark("{time} known, counts {percent} %")).format(
        time=_length(use.seconds), percent=round(100 * use.weight)
    )


def whose_voice(use: VoiceUse, say: Callable[[str], str] = str) -> str:
    """Such as `speaker 2, 34 s known, counts 40 %`; without the speaker where that is not told."""
    known = known_of_voice(use, say)
    if use.speaker is None:
        return known
    return say(mark("speaker {number}, {known}")).format(number=use.speaker, known=known)


def known_of_voice_shortly(use: VoiceUse, say: Callable[[str], str] = str) -> str:
    """Such as `new`, or `34 s, 40 %`."""
    if use.seconds <= 0:
        return say(mark("new"))
    return f"{_length(use.seconds)}, {round(100 * use.weight)} %"


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 119.5 else f"{seconds / 60:.0f} min"
