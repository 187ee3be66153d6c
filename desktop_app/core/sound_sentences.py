"""The warnings of `sound_check.py`: what is said of a recording or of a microphone, with its values."""

from __future__ import annotations

import math

from desktop_app.core.channel_choice import CHOOSE_ANOTHER
from desktop_app.core.levels import dbfs
from desktop_app.core.soft_speech import SoftStretch
from desktop_app.core.types import SoundWarning


class SoundSentences:
    """Makes the warnings about one sound.

    Parameters
    ----------
    recording : bool
        Whether the sound is a recording's, or else a microphone's: they are called so.
    """

    def __init__(self, *, recording: bool) -> None:
        self._recording = recording

    def far_beyond(self, peak: float) -> SoundWarning:
        """Samples that reach `peak` times full scale."""
        above_db = dbfs(peak)
        whose = "recording" if self._recording else "microphone"
        text = (
            f"Samples of the {whose} reach {peak:.3g} times full scale ({above_db:.0f} dB above it): "
            "they were scaled wrongly or are damaged, so emotions are doubtful."
        )
        if self._recording:
            text += f" To scale them: ffmpeg -i IN -af volume=-{math.ceil(above_db)}dB OUT.wav"
        return SoundWarning("beyond_full_scale", text, {"peak_dbfs": round(above_db, 1)})

    def clipped(self, share: float, in_s: float | None = None) -> SoundWarning:
        """`share` of the samples are at full scale, in `in_s` or in the whole recording."""
        if in_s is None:
            return SoundWarning(
                "clipped",
                f"The recording is clipped: {100 * share:.1f} % of its samples are at full "
                "scale, so its emotions are doubtful.",
                {"share": round(share, 6)},
            )
        amount = f"{100 * share:.1f} % of the samples in {max(1, round(in_s))} s"
        if self._recording:
            text = f"Sound in the recording is clipped: {amount} are at full scale, so emotions are doubtful."
        else:
            text = (
                f"The microphone is clipped: {amount} are at full scale, so emotions are doubtful. Turn its "
                "level down."
            )
        return SoundWarning("clipped", text, {"share": round(share, 6)})

    def beyond(self, share: float, peak: float, in_s: float | None = None) -> SoundWarning:
        """`share` of the samples are beyond full scale, in `in_s` or in the whole recording."""
        peak_dbfs = dbfs(peak)
        if in_s is None:
            text = f"The recording exceeds full scale: {100 * share:.1f} % of its samples do, up to"
        else:
            what = "Sound in the recording" if self._recording else "The microphone"
            seconds = max(1, round(in_s))
            text = f"{what} exceeds full scale: {100 * share:.1f} % of the samples in {seconds} s do, up to"
        text += f" {peak_dbfs:+.1f} dBFS. It is scaled down to be judged; what was clipped before stays so."
        return SoundWarning(
            "beyond_full_scale", text, {"share": round(share, 6), "peak_dbfs": round(peak_dbfs, 1)}
        )

    def quiet(self, peak_dbfs: float, *, whole: bool = False) -> SoundWarning:
        """Speech, or the `whole` recording, has no higher peak."""
        peak = f"peak {_whole_decibels(peak_dbfs)} dBFS"
        if whole:
            text = f"The recording is very quiet: {peak}."
        elif self._recording:
            text = f"Speech in the recording is very quiet: {peak}."
        else:
            text = f"The microphone is very quiet: speech with a {peak}. Turn its level up, or come closer."
        return SoundWarning("very_quiet", text, {"peak_dbfs": round(peak_dbfs, 1)})

    def soft(self, soft: SoftStretch, start_s: float, *, channels: int) -> SoundWarning:
        """Soft speech that began at `start_s`."""
        below_db, seconds = round(soft.below_voice_db), max(1, round(soft.seconds))
        text = f"Sound like speech, {below_db} dB softer than the voice, was not judged: {seconds} s"
        if self._recording:
            minutes, rest = divmod(int(start_s), 60)
            text += f" from {minutes}:{rest:02d} on. To have it judged, raise that part of the recording."
        else:
            text += ". Whoever spoke must come closer to the microphone."
        if channels > 1:
            text += f" {CHOOSE_ANOTHER}"
        fields: dict[str, object] = {"below_voice_db": below_db, "seconds": round(soft.seconds, 1)}
        if self._recording:
            fields["start_s"] = round(start_s, 2)
        return SoundWarning("soft_speech", text, fields)

    def offset(self, offset: float) -> SoundWarning:
        """The mean of a channel is `offset`, of full scale."""
        text = f"has a constant offset (DC) of {offset:.2f} of full scale"
        if self._recording:
            text = (
                f"The recording {text}: its emotions are doubtful. A high-pass filter removes it: "
                "ffmpeg -i IN -af highpass=f=20 OUT.wav"
            )
        else:
            text = f"The microphone {text}, so emotions are doubtful. Another input or driver may have none."
        return SoundWarning("dc_offset", text, {"offset": round(offset, 4)})

    def hum(self, mains_hz: int) -> SoundWarning:
        """The background is mostly mains hum."""
        whose = "of the recording" if self._recording else "at the microphone"
        doubt = "so its emotions are doubtful." if self._recording else "so emotions are doubtful."
        text = (
            f"The background {whose} is mostly mains hum ({mains_hz} Hz and its multiples), {doubt}"
            f"{'' if self._recording else ' Another cable or socket may help.'}"
        )
        return SoundWarning("hum", text, {"mains_hz": mains_hz})

    def low_rate(self, sample_rate: int, model_rate: int) -> SoundWarning:
        """The sound has a lower rate than the model was trained at."""
        what = "recording" if self._recording else "microphone"
        return SoundWarning(
            "low_sample_rate",
            f"The {what} has {sample_rate} Hz and the model was trained at {model_rate} Hz: "
            f"sound above {sample_rate / 2:g} Hz is missing.",
            {"sample_rate": sample_rate, "model_rate": model_rate},
        )


def _whole_decibels(peak_dbfs: float) -> int:
    """Whole decibels that it reaches, so that -50.5 is not called quieter than it is."""
    return math.ceil(round(peak_dbfs, 1) - 0.01)
