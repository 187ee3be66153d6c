"""Make the demo recording with espeak-ng: `python desktop_app/assets/make_demo.py`.

Synthetic speech of four voices whose pitch, rate and loudness vary, with pauses long enough to end a segment.
It shows the program at work; what emotions the program sees in it means little.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

SAMPLE_RATE = 22_050  # espeak-ng's own
NOISE_DBFS = -68.0  # a room is never exactly silent, and exact zeros would look like a muted microphone
OUT = Path(__file__).with_name("demo.ogg")


@dataclass(frozen=True)
class Phrase:
    """What is said, and how: pitch 0 to 99, rate in words a minute, level of its RMS, pause after it."""

    text: str
    voice: str
    pitch: int
    rate: int
    rms_dbfs: float
    pause_s: float


PHRASES = (
    Phrase("Hello. I am a synthetic voice.", "en-us+f2", 50, 160, -24, 1.1),
    Phrase("Look at that! It works, it really works!", "en-us+f2", 85, 210, -17, 1.0),
    Phrase("I do not think that anybody will come today.", "en-gb+m3", 15, 125, -30, 1.2),
    Phrase("Stop it! Stop it right now!", "en-us+m7", 40, 230, -15, 1.0),
    Phrase("What was that noise? Is somebody there?", "en-gb+f4", 90, 190, -24, 1.1),
    Phrase("The train to the coast leaves at a quarter past nine.", "en-us+m3", 45, 165, -23, 1.0),
    Phrase("Close your eyes, and breathe slowly.", "en-gb+f4", 35, 120, -28, 1.3),
)


def speak(phrase: Phrase, folder: Path) -> np.ndarray:
    """One phrase as float64 [samples], at its level, without espeak-ng's silence around it."""
    path = folder / "phrase.wav"
    command = ["espeak-ng", "-v", phrase.voice, "-p", str(phrase.pitch), "-s", str(phrase.rate)]
    subprocess.run([*command, "-w", str(path), phrase.text], check=True)  # noqa: S603 - fixed arguments
    waveform, rate = soundfile.read(path)
    assert rate == SAMPLE_RATE, rate  # noqa: S101 - a script, and the recording would be wrong
    sounding = np.flatnonzero(np.abs(waveform) > 1e-3)
    waveform = waveform[sounding[0] : sounding[-1] + 1]
    gain = 10 ** (phrase.rms_dbfs / 20) / np.sqrt(np.mean(waveform**2))
    return np.asarray(waveform * min(gain, 0.95 / np.max(np.abs(waveform))))


def compose() -> np.ndarray:
    """The whole recording, float64 [samples]."""
    parts = [np.zeros(round(0.8 * SAMPLE_RATE))]
    with tempfile.TemporaryDirectory() as folder:
        for phrase in PHRASES:
            parts += [speak(phrase, Path(folder)), np.zeros(round(phrase.pause_s * SAMPLE_RATE))]
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
