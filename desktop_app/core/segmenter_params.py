"""The thresholds and times of the segmenter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SegmenterParams:
    """Seconds and dB; nothing here is a frame count.

    Attributes
    ----------
    on_db, off_db : float
        Excess over the room's floor that opens a segment, and under which speech is fading (hysteresis).
    on_below_voice_db, off_below_voice_db : float
        The same two thresholds relative to the voice's recent peaks. The higher threshold of each pair holds.
    soft_on_db, soft_below_voice_db : float
        The thresholds that open a segment of softer sound: a second speaker, or the dishes.
    soft_speech_s, soft_spread_db, soft_low_share : float
        Such sound is speech only if it lasts so long, if its level rises and falls as that of syllables does
        (its standard deviation), and if so much of its power is low (`soft_sound.LOW_HZ`).
    range_db : float
        No band's floor is taken to be more than this below the loudest of the stream: what is softer is the
        converter's noise, or nothing, in the quietest room.
    lead_s, trail_s : float
        Speech is taken to begin and end this much outside of the frames above the threshold: its edges are
        softer than the noise around them.
    pre_roll_s, post_roll_s : float
        Audio around the speech that the model hears too. Not counted in `start_s` and `end_s`.
    hangover_s : float
        Pause that ends a segment; shorter ones are bridged.
    min_speech_s : float
        Shorter sounds (clicks, a cough) are no speech.
    min_active : float
        Share of `min_speech_s` that must be above `off_db`, so that two clicks are not a word.
    max_segment_s : float
        Longer speech is split at its quietest point.
    partial_every_s, partial_window_s : float
        How often an open segment is looked at, and how much of its end.
    """

    on_db: float = 10.0
    off_db: float = 6.0
    on_below_voice_db: float = 14.0
    off_below_voice_db: float = 33.0
    soft_on_db: float = 14.0
    soft_below_voice_db: float = 26.0
    soft_speech_s: float = 0.5
    soft_spread_db: float = 5.0
    soft_low_share: float = 0.5
    range_db: float = 65.0
    lead_s: float = 0.02
    trail_s: float = 0.05
    pre_roll_s: float = 0.25
    post_roll_s: float = 0.25
    hangover_s: float = 0.45
    min_speech_s: float = 0.25
    min_active: float = 0.5
    max_segment_s: float = 8.0
    partial_every_s: float = 0.25
    partial_window_s: float = 3.0

    def __post_init__(self) -> None:
        if self.off_db > self.on_db:
            raise ValueError(f"off_db ({self.off_db}) must not exceed on_db ({self.on_db})")
        if self.post_roll_s > self.hangover_s:
            raise ValueError("post_roll_s must not exceed hangover_s: that audio is not there yet")
        if not 0 < self.min_speech_s < self.max_segment_s:
            raise ValueError("min_speech_s must be positive and shorter than max_segment_s")
        if self.partial_every_s <= 0 or self.partial_window_s <= 0 or self.pre_roll_s < 0:
            raise ValueError("partial_every_s and partial_window_s must be positive, pre_roll_s not negative")
