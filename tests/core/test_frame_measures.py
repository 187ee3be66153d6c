"""What is measured of many frames at once is, to the bit, what is measured of one after another."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.core.band_energy import BandEnergy
from desktop_app.core.frame_measures import FrameMeasures, Measures
from desktop_app.core.levels import SampleStep, SpeechLevel
from desktop_app.core.noise_floor import NoiseFloor

RATE = 16_000
RANGE_DB = 65.0


def stream() -> np.ndarray:
    """Noise that rises and falls, in 16 bits, with digital silence within and at the beginning."""
    rng = np.random.default_rng(1)
    sound = rng.standard_normal(9 * RATE) * np.repeat(10 ** rng.uniform(-4, -1, 90), RATE // 10)
    for start, stop in ((0, 3000), (40_000, 40_900), (70_000, 90_000)):
        sound[start:stop] = 0.0
    return (np.round(sound * 2**15) / 2**15).astype(np.float32)


def steps_one_by_one(sound: np.ndarray) -> list[float]:
    """The smallest step of the samples by the end of each 10 ms."""
    sizes = np.abs(np.diff(sound, prepend=sound[:1]))
    sizes[sizes == 0.0] = np.inf
    ends = [round(frame * 0.010 * RATE) for frame in range(1, len(sound) * 100 // RATE + 1)]
    return [float(sizes[:end].min()) for end in ends]


def one_by_one(sound: np.ndarray) -> list[tuple]:
    energy = BandEnergy(RATE)
    powers = energy.push(sound)
    floor = NoiseFloor(energy.bands, 0.010)
    voice, loudest = SpeechLevel(0.010), SpeechLevel(0.010, decay_db_per_s=0.1)
    steps = steps_one_by_one(sound)
    recent = np.zeros((3, energy.bands))
    found = []
    for frame, power in enumerate(powers):
        floor.push(power)
        recent[frame % 3] = power
        smooth = np.add.reduce(recent, axis=0) / 3
        level = float(np.add.reduce(smooth))
        voice.push(level)
        loudest.push(level)
        step = steps[frame] if np.isfinite(steps[frame]) else 0.0
        least = np.maximum(np.square(step) * energy.white, loudest.power * 10 ** (-RANGE_DB / 10))
        excess = 0.0
        if floor.floor is not None and level > 0.0:
            excess = float(np.mean(smooth / np.maximum(floor.floor, least)))
        known = None if floor.floor is None else floor.floor.tolist()
        found.append((smooth.tolist(), level, voice.power, known, floor.silent, least.tolist(), excess))
    return found


def told(measures: Measures) -> list[tuple]:
    floors = [None if floor is None else floor.tolist() for floor in measures.floor]
    return list(
        zip(
            measures.power.tolist(),
            measures.level,
            measures.voice,
            floors,
            measures.silent,
            measures.least.tolist(),
            measures.excess,
            strict=True,
        )
    )


@pytest.mark.parametrize("size", [RATE, 1600, 333])
def test_blocks_of_any_size_are_measured_as_frame_by_frame(size):
    sound = stream()
    measuring = FrameMeasures(RATE, RANGE_DB)
    parts = [measuring.push(sound[at : at + size], None) for at in range(0, len(sound), size)]
    assert [frame for part in parts if part is not None for frame in told(part)] == one_by_one(sound)


def test_the_smallest_step_is_known_at_the_end_of_each_frame():
    sound = stream()
    steps = SampleStep(RATE)
    cuts = np.cumsum([7, 0, 4000, 160, 1] * 30)
    found = [step for part in np.split(sound, cuts) for step in steps.push(part)]
    assert found == steps_one_by_one(sound)
