"""Make the demo recording with espeak-ng: `python desktop_app/assets/make_demo.py`.

Synthetic speech of several voices, knocks on wood, and a pause, so that a first look shows clear answers,
doubt, and a sound that is no voice. How each phrase is spoken was searched for with the shipped model, until
its answer fitted the words; that says nothing about how often it is right about people.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

SAMPLE_RATE = 22_050  # espeak-ng's own
NOISE_DBFS = -68.0  # a room is never exactly silent, and exact zeros would look like a muted microphone
TREMOLO_HZ = 6.0
OUT = Path(__file__).with_name("demo.ogg")

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Phrase:
    """What is said, and how.

    Attributes
    ----------
    pitch : int
        espeak-ng's, 0 to 99.
    pitch_range : int
        How far the pitch moves, in percent of the usual.
    rate : int
        Words a minute, before `speed`.
    rms_dbfs : float
        Level of the whole phrase; lower where its peaks would clip.
    tilt : float
        -1 to 1: below 0 high frequencies are weakened, above 0 low ones.
    speed : float
        As of a tape: above 1 faster and higher.
    tremolo : float
        How far the level swings, six times a second; 0 to 1.
    pause_s : float
        After it.
    """

    text: str
    voice: str
    pitch: int
    pitch_range: int
    rate: int
    rms_dbfs: float
    tilt: float = 0.0
    speed: float = 1.0
    tremolo: float = 0.0
    pause_s: float = 0.9


@dataclass(frozen=True)
class Knocks:
    """Somebody knocks on wood: so many times, so far apart."""

    count: int = 4
    every_s: float = 0.28
    peak_dbfs: float = -6.0
    pause_s: float = 1.0


PHRASES: tuple[Phrase | Knocks, ...] = (
    Phrase(
        "The train to the coast leaves at a quarter past nine.",
        "en-gb-scotland+m5", 81, 50, 158, -28, tilt=-0.6, speed=1.25,
    ),
    Phrase("What, you are here already?", "en-us+f3", 61, 250, 151, -30, tilt=-0.6, tremolo=0.6),
    Phrase("Leave me alone, I said no!", "en-gb-scotland+Annie", 77, 120, 166, -14, tilt=0.6, speed=0.8),
    Phrase("Hello. I am a synthetic voice.", "en-us+f2", 50, 100, 160, -24),
    Phrase(
        "That smells disgusting, take it away.", "en-us-nyc+croak", 75, 20, 95, -26, speed=1.1, tremolo=0.3
    ),
    Phrase("I miss her so much, every single day.", "en-us+robosoft", 0, 0, 129, -18, speed=1.1, tremolo=0.6),
    Knocks(pause_s=2.0),
    Phrase(
        "What was that noise, is somebody there?",
        "en-gb-scotland+belinda", 85, 120, 162, -30, tilt=0.6, speed=1.1, tremolo=0.6,
    ),
)  # fmt: skip


def speak(phrase: Phrase, folder: Path) -> Samples:
    """One phrase [samples], at its level, without espeak-ng's silence around it."""
    path = folder / "phrase.wav"
    command = ["espeak-ng", "-m", "-v", phrase.voice, "-p", str(phrase.pitch), "-s", str(phrase.rate)]
    text = f'<prosody range="{phrase.pitch_range}%">{phrase.text}</prosody>'
    subprocess.run([*command, "-w", str(path), text], check=True)  # noqa: S603 - fixed arguments
    waveform, rate = soundfile.read(path)
    assert rate == SAMPLE_RATE, rate  # noqa: S101 - a script, and the recording would be wrong
    sounding = np.flatnonzero(np.abs(waveform) > 1e-3)
    waveform = tilted(waveform[sounding[0] : sounding[-1] + 1], phrase.tilt)
    swing = np.sin(2 * np.pi * TREMOLO_HZ * np.arange(len(waveform)) / SAMPLE_RATE)
    waveform = waveform * (1 + phrase.tremolo * swing)
    gain = 10 ** (phrase.rms_dbfs / 20) / np.sqrt(np.mean(waveform**2))
    waveform *= min(gain, 0.95 / np.max(np.abs(waveform)))
    return np.asarray(soxr.resample(waveform, phrase.speed, 1.0))


def tilted(waveform: Samples, tilt: float) -> Samples:
    """Through a filter of one zero (`tilt` above 0) or of one pole (below), [samples]."""
    response = np.array([1.0, -tilt]) if tilt >= 0 else (-tilt) ** np.arange(64)
    return np.convolve(waveform, response)[: len(waveform)]


def knock_on_wood(knocks: Knocks) -> Samples:
    """Each knock is a click of noise and two modes of a board that die away, [samples]."""
    seconds = np.arange(round(knocks.every_s * SAMPLE_RATE)) / SAMPLE_RATE
    random = np.random.default_rng(2)
    parts = []
    for _ in range(knocks.count):
        board = np.sin(2 * np.pi * 170 * seconds) * np.exp(-seconds / 0.03)
        board += 0.6 * np.sin(2 * np.pi * 410 * seconds) * np.exp(-seconds / 0.02)
        click = random.standard_normal(len(seconds)) * np.exp(-seconds / 0.004)
        parts.append(board + 0.5 * click)
    waveform = np.concatenate(parts)
    return np.asarray(waveform * 10 ** (knocks.peak_dbfs / 20) / np.max(np.abs(waveform)))


def compose(phrases: tuple[Phrase | Knocks, ...] = PHRASES) -> Samples:
    """The whole recording, [samples]."""
    parts = [np.zeros(round(0.8 * SAMPLE_RATE))]
    with tempfile.TemporaryDirectory() as folder:
        for phrase in phrases:
            sound = knock_on_wood(phrase) if isinstance(phrase, Knocks) else speak(phrase, Path(folder))
            parts += [sound, np.zeros(round(phrase.pause_s * SAMPLE_RATE))]
    waveform = np.concatenate(parts)
    noise = np.random.default_rng(1).standard_normal(len(waveform)) * 10 ** (NOISE_DBFS / 20)
    return waveform + noise


def main() -> int:
    waveform = compose()
    soundfile.write(OUT, waveform, SAMPLE_RATE, format="OGG", subtype="VORBIS", compression_level=0.5)
    print(f"{OUT}: {len(waveform) / SAMPLE_RATE:.1f} s, {OUT.stat().st_size / 1024:.0f} KiB", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
