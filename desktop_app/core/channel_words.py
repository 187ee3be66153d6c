"""How a person is told to hear another channel: by the option, or by the control that the window has for it.

Whatever notices something about channels writes the sentence for the command line, with one of these parts in
it; the window shows what `in_window` makes of it.
"""

from __future__ import annotations

from typing import Final

CHOOSE_ANOTHER: Final = "--channel chooses another."
CHOOSE_ONE: Final = "--channel chooses one; 'analyze --channel each' judges each by itself."
NOT_THERE: Final = "Leave out --channel, or name one that is there."

_IN_WINDOW: Final = {
    CHOOSE_ANOTHER: "Another one can be chosen under Channel.",
    CHOOSE_ONE: "One of them can be chosen under Channel.",
    NOT_THERE: "Choose one that is there under Channel.",
}


def in_window(text: str) -> str:
    """The sentences of `text` as the window says them."""
    for option, control in _IN_WINDOW.items():
        text = text.replace(option, control)
    return text
