"""What the page of voices says about each voice; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.errors import sentences
from desktop_app.core.language import mark, tr
from desktop_app.core.types import VoiceUse
from desktop_app.gui.state.told import parts_of
from desktop_app.inference.voice_library import KeptVoice

WHAT_IS_KEPT = mark(
    "A voice is kept as numbers: how it sounds to the model on average, and how much its answers varied. "
    "No sound and no words. It stays on this computer, in"
)
_LITTLE = 0.2


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """A voice in the list: its name, what is known of it, and whether it can be used with this model."""

    name: str
    detail: str
    usable: bool
    used: bool


def row(voice: KeptVoice, model_sha256: str, used: str) -> VoiceRow:
    """How `voice` is shown while a model is loaded (empty: none) and the voice of `used` is heard."""
    if voice.stored is None:
        return VoiceRow(voice.name, sentences(*parts_of(voice.code, voice.problem)), usable=False, used=False)
    sums = voice.stored.sums
    detail = _moods(sums.mood_share).format(time=length(sums.seconds))
    usable = voice.stored.model_sha256 == model_sha256
    if model_sha256 and not usable:
        detail = tr("Made with another model ({model}): teach it again for this one").format(
            model=voice.stored.model_name
        )
    return VoiceRow(voice.name, detail, usable=usable, used=usable and voice.name == used)


def heard_title(use: VoiceUse | None, name: str, *, adapts: bool, learnable: bool) -> str:
    """What is known of the voice that is heard live, in large type."""
    if not learnable:
        return tr("This model knows no voices")
    if not adapts:
        return tr("Adapting is off")
    if use is None or use.seconds <= 0:
        return tr("A new voice")
    if name:
        return f"{name}: {length(use.seconds)}"
    if use.speaker is None:
        return tr("Knows this voice: {time}").format(time=length(use.seconds))
    return tr("Knows speaker {number}: {time}").format(number=use.speaker, time=length(use.seconds))


def heard_detail(use: VoiceUse | None, *, adapts: bool, learnable: bool) -> str:
    """What that means for the answers."""
    if not learnable:
        return tr("Everybody is judged as a stranger. The shipped model learns voices.")
    if not adapts:
        return tr("Everybody is judged as a stranger.")
    if use is None or use.seconds <= 0:
        return tr("Speak on: from about ten utterances on, answers get better as the voice becomes known.")
    percent = round(100 * use.weight)
    if percent < 100 * _LITTLE:
        return tr(
            "It counts {percent} % so far: little, until it was heard for longer and in several moods."
        ).format(percent=percent)
    return tr("It counts {percent} % in place of the model's average voice.").format(percent=percent)


def length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 119.5 else f"{seconds / 60:.0f} min"


def _moods(share: float | None) -> str:
    if share is None or share >= 1.0:
        return tr("{time} of speech, in several moods")
    if share >= _LITTLE:
        return tr("{time} of speech, mostly in one mood")
    return tr("{time} of speech, in one mood: teach it more")
