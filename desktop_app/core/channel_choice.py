"""Which channel of a stream is to be heard: what ``--channel`` means. Imports no numpy, as parsers use it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.core.channel_words import NOT_THERE
from desktop_app.core.errors import CallError

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
