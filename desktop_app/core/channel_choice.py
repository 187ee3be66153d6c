"""Which channel of a stream is to be heard: what ``--channel`` means. Imports no numpy, as parsers use it.

Whatever notices something about channels writes the sentence for the command line and for callers of the
service, with one of the parts below in it that tell how to hear another one; the window shows what
`in_window` makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop_app.core.errors import CallError

CHOOSE_ANOTHER: Final = "The option channel chooses another."
CHOOSE_ONE: Final = "The option channel chooses one; 'each', of a recording, judges each by itself."
NOT_THERE: Final = "Leave out --channel, or name one that is there."

_IN_WINDOW: Final = {
    CHOOSE_ANOTHER: "Another one can be chosen under Channel.",
    CHOOSE_ONE: "One of them can be chosen under Channel.",
    NOT_THERE: "Choose one that is there under Channel.",
    # As sessions that were kept earlier have them.
    "--channel chooses another.": "Another one can be chosen under Channel.",
    "--channel chooses one; 'analyze --channel each' judges each by itself.": (
        "One of them can be chosen under Channel."
    ),
}

CHOICES = "auto, mix, left, right, each or a number from 1"
_SIDES = {"left": 0, "right": 1}


class Hear(StrEnum):
    """What is made of the channels of a stream."""

    AUTO = "auto"  # the mix where that is safe, else the better channel
    MIX = "mix"
    EACH = "each"  # each channel by itself, for recordings
    ONE = "one"


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """`index` counts from 0 and matters for `Hear.ONE` alone."""

    hear: Hear = Hear.AUTO
    index: int = 0

    @classmethod
    def parse(cls, text: str) -> ChannelChoice:
        """From ``auto``, ``mix``, ``left``, ``right``, ``each`` or a number from 1.

        Raises
        ------
        CallError
            It is none of these.
        """
        word = text.strip().casefold()
        if word in {Hear.AUTO, Hear.MIX, Hear.EACH}:
            return cls(Hear(word))
        if word in _SIDES:
            return cls(Hear.ONE, _SIDES[word])
        if word.isascii() and word.isdecimal() and 1 <= int(word) <= 999:
            return cls(Hear.ONE, int(word) - 1)
        raise CallError(
            f"A channel is {CHOICES}, and '{text}' was given.", code="call.channel", fields={"channel": text}
        )

    def __str__(self) -> str:
        return str(self.index + 1) if self.hear is Hear.ONE else str(self.hear)

    def check(self, channels: int, name: str) -> None:
        """Refuse a channel that the sound called `name`, of `channels` channels, does not have.

        Raises
        ------
        CallError
            The sentence tells how many there are.
        """
        if self.hear is Hear.ONE and self.index >= channels:
            there = "1 channel" if channels == 1 else f"{channels} channels"
            raise CallError(
                f"'{name}' has {there}, so there is no channel {self.index + 1} to hear.",
                NOT_THERE,
                code="call.channel",
                fields={"channel": self.index + 1, "channels": channels},
            )

    def apart(self, channels: int) -> list[ChannelChoice]:
        """The choices that this one comes to: one for each channel if it is `each`, else itself."""
        if self.hear is not Hear.EACH:
            return [self]
        return [ChannelChoice(Hear.ONE, index) for index in range(channels)]


AUTO = ChannelChoice()


def least_channels(choice: ChannelChoice) -> int:
    """How many channels a microphone must have, so that this one is among them."""
    return choice.index + 1 if choice.hear is Hear.ONE else 1


def channel_name(index: int, channels: int) -> str:
    """How a person calls a channel: left and right where there are two."""
    return ("the left channel", "the right channel")[index] if channels == 2 else f"channel {index + 1}"


def in_window(text: str) -> str:
    """The sentences of `text` as the window says them."""
    for option, control in _IN_WINDOW.items():
        text = text.replace(option, control)
    return text
