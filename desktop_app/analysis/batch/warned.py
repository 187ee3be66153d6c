"""What makes the answers about recordings doubtful, in sentences that count recordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from desktop_app.analysis.batch.parts import Done

_PLURAL: Final = {"is": "are", "has": "have", "was": "were"}
IS: Final = {
    "beyond_full_scale": "has samples beyond full scale",
    "clipped": "is clipped",
    "damaged": "is damaged",
    "damaged_header": "has a damaged header",
    "dc_offset": "has a constant offset",
    "different_voices": "has another voice on each channel",
    "hum": "has mains hum that covers the voice",
    "incomplete": "is incomplete",
    "longer": "has more sound than was promised",
    "loudest_channel": "was heard on the loudest channel",
    "low_sample_rate": "has a sample rate below the model's",
    "no_speech": "has no speech",
    "noisy_channel": "has a channel that is far noisier than the other",
    "not_a_voice": "has sounds in which nobody speaks",
    "not_numbers": "has samples that are no numbers",
    "opposite_polarity": "has channels that cancel each other",
    "silent_channel": "has a channel with nothing on it",
    "soft_speech": "has speech that is too soft to be judged",
    "too_short": "is shorter than the least speech that is judged",
    "unread": "has another recording behind the end that was not read",
    "very_quiet": "is very quiet",
}
"""What is said of one recording, by the code of its warning."""


def sentences(counted: Mapping[str, int]) -> Iterator[str]:
    """Such as "2 recordings are incomplete." for each code."""
    for code, number in counted.items():
        verb, _, rest = _of_one(code).partition(" ")
        if number == 1:
            yield f"1 recording {verb} {rest}."
        else:
            yield f"{number:,} recordings {_PLURAL[verb]} {rest}."


def told(one: Done) -> tuple[tuple[str, str], ...]:
    """Code and sentence of each warning about a recording.

    Parts that were written before there were sentences in them have the codes alone.
    """
    return one.sentences or tuple((code, f"The recording {_of_one(code)}.") for code in one.warnings)


def _of_one(code: str) -> str:
    return IS.get(code, f"has the warning '{code}'")
