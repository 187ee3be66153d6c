"""How calmly, how soon and how rightly the live view names an emotion, by the constants of its smoothing.

One person's clips are joined into a stream, emotions in any order, and go through the analyzer's own chain.
What the window would show at each partial result is replayed for every choice of constants.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product

import numpy as np

from desktop_app.core.chain import SpeechChain
from desktop_app.core.detector import BY_ENERGY
from desktop_app.core.smoothing import HOLD_S, MARGIN, LabelHysteresis
from desktop_app.core.types import FloatArray, Predictor

CLIPS = 16  # of each speaker
PAUSES_S = (0.1, 0.9)
"""Between two clips: the shorter ones do not end a segment, so an emotion changes within one."""
UNCERTAIN = ""
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Choice:
    """Constants: of `ProbabilitySmoother`, and of `desktop_app/core/smoothing.py`."""

    time_constant_s: float
    margin: float
    hold_s: float


CHOICES = tuple(
    Choice(*values) for values in product((0.0, 0.25, 0.5, 1.0), (0.0, 0.1, 0.2, 0.3), (0.0, 0.5, 1.0))
)

AS_SHIPPED = Choice(0.0, MARGIN, HOLD_S)


@dataclass(frozen=True, slots=True)
class Step:
    """One result: when it is there, in which segment, what it says, and what is being portrayed."""

    time_s: float
    segment: int
    final: bool
    probabilities: tuple[float, ...]
    truth: int
    since_s: float  # how long that emotion has been portrayed


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one choice: changes of what is shown per second of speech, beyond those of the emotion itself;
    seconds until the right emotion is shown, where it is shown at all; shares of the time in which the right
    and a wrong emotion are shown (the rest is "uncertain")."""

    flips_per_s: float
    delay_s: float
    right: float
    wrong: float

    def to_dict(self) -> dict[str, float | None]:
        """As JSON values: of a choice that never shows the right emotion there is no delay."""
        return {name: None if math.isnan(value) else value for name, value in asdict(self).items()}


class ProbabilitySmoother:
    """First-order low pass with a time constant in seconds, correct for any spacing of updates.

    Parameters
    ----------
    time_constant_s : float
        After this time 63 % of a change is shown.
    """

    def __init__(self, time_constant_s: float = 0.35) -> None:
        if time_constant_s < 0:
            raise ValueError("time_constant_s must not be negative")
        self._tau = time_constant_s
        self._time: float | None = None
        self._values: list[float] = []

    def reset(self) -> None:
        """Forget the past: the next update is shown as it is."""
        self._time = None

    def update(self, time_s: float, probabilities: Sequence[float]) -> tuple[float, ...]:
        """Probabilities at `time_s` as they should be shown."""
        if self._time is None or len(probabilities) != len(self._values) or self._tau == 0:
            self._values = list(probabilities)
        else:
            weight = 1.0 - math.exp(-max(0.0, time_s - self._time) / self._tau)
            self._values = [
                old + weight * (new - old) for old, new in zip(self._values, probabilities, strict=True)
            ]
        self._time = time_s
        return tuple(self._values)


def join(clips: Sequence[FloatArray], sample_rate: int, seed: int) -> tuple[FloatArray, list[float]]:
    """Clips [samples] with pauses between them as one stream, and where each begins, in seconds."""
    rng = np.random.default_rng(seed)

    def silence(samples: int) -> FloatArray:
        return 1e-4 * rng.standard_normal(samples, dtype=np.float32)

    parts, starts, at = [silence(sample_rate)], [], sample_rate
    for clip in clips:
        starts.append(at / sample_rate)
        pause = round(float(rng.uniform(*PAUSES_S)) * sample_rate)
        parts += [clip, silence(pause)]
        at += len(clip) + pause
    return np.concatenate([*parts, silence(sample_rate)]), starts


def replay(
    stream: FloatArray, starts: Sequence[float], targets: Sequence[int], predictor: Predictor
) -> Iterator[Step]:
    """The results that the analyzer would show while the stream plays."""
    chain = SpeechChain(predictor.sample_rate, predictor.sample_rate, BY_ENERGY)
    for place in range(0, len(stream), _BLOCK):
        _, segments = chain.push(stream[place : place + _BLOCK, None])
        for segment in segments:
            now = (place + _BLOCK) / predictor.sample_rate
            clip = max(0, int(np.searchsorted(starts, segment.end_s, side="right")) - 1)
            yield Step(
                now,
                segment.index,
                segment.final,
                predictor.predict(segment.waveform).probabilities,
                targets[clip],
                now - starts[clip],
            )


def shown(steps: Sequence[Step], labels: Sequence[str], threshold: float, choice: Choice) -> list[str]:
    """What the window names at each step; `UNCERTAIN` where it names nothing."""
    smoother = ProbabilitySmoother(choice.time_constant_s)
    hysteresis = LabelHysteresis(choice.margin, choice.hold_s)
    out, segment = [], -1
    for step in steps:
        if step.segment != segment:
            segment = step.segment
            smoother.reset()
            hysteresis.reset()
        probabilities = step.probabilities
        if not step.final:
            probabilities = smoother.update(step.time_s, probabilities)
        label = hysteresis.update(step.time_s, labels, probabilities)
        if step.final:
            label = labels[int(np.argmax(probabilities))]
        out.append(label if max(probabilities) >= threshold else UNCERTAIN)
    return out


def figures(
    streams: Sequence[Sequence[Step]], labels: Sequence[str], threshold: float, choice: Choice
) -> Figures:
    """Over all streams together."""
    flips = changes = right = wrong = partials = 0
    delays = []
    seconds = 0.0
    for steps in streams:
        names = shown(steps, labels, threshold, choice)
        met = False
        for k, (step, name) in enumerate(zip(steps, names, strict=True)):
            before = steps[k - 1] if k else None
            same_segment = before is not None and before.segment == step.segment
            if before is None or step.truth != before.truth or step.since_s < before.since_s:
                met = False
            if same_segment and before is not None:
                flips += name != names[k - 1]
                changes += step.truth != before.truth
                seconds += step.time_s - before.time_s
            if name == labels[step.truth] and not met:
                met = True
                delays.append(step.since_s)
            if not step.final:
                partials += 1
                right += name == labels[step.truth]
                wrong += name not in (labels[step.truth], UNCERTAIN)
    return Figures(
        max(0, flips - changes) / max(seconds, 1e-9),
        float(np.median(delays)) if delays else float("nan"),
        right / max(1, partials),
        wrong / max(1, partials),
    )


def best(found: dict[Choice, Figures]) -> Choice:
    """The calmest of those that name the right emotion almost as often as any, and a wrong one no oftener.

    "Almost": within a hundredth of the time.
    """

    def merit(figures: Figures) -> float:
        return figures.right - figures.wrong

    top = max(merit(figures) for figures in found.values())
    able = {choice: figures for choice, figures in found.items() if merit(figures) >= top - 0.01}
    return min(able, key=lambda choice: able[choice].flips_per_s)
