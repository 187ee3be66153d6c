"""Clips of made-up speakers as own data, one folder an emotion: forty-eight of six, or of fewer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

RATE = 16_000
EMOTIONS = ("neutral", "happy", "sad", "angry")
SPEAKERS = 6
# Of each emotion: pitch in Hz at the start and at the end, loudness, syllables a second.
SPOKEN = {
    "neutral": (150, 150, 0.2, 3),
    "happy": (220, 330, 0.3, 6),
    "sad": (140, 95, 0.1, 2),
    "angry": (260, 190, 0.6, 8),
}


def write_corpus(root: Path, speakers: int = SPEAKERS) -> Path:
    """Own data: one folder an emotion, in each the clips of some speakers, two of each."""
    for emotion, (low, high, loudness, rate) in SPOKEN.items():
        (root / emotion).mkdir(parents=True)
        for speaker in range(speakers):
            for take in range(2):
                rng = np.random.default_rng((speaker, take, len(emotion)))
                time = np.arange(round(1.2 * RATE)) / RATE
                pitch = np.linspace(low, high, len(time)) * (0.85 + 0.06 * speaker) * rng.uniform(0.98, 1.02)
                phase = 2 * np.pi * np.cumsum(pitch) / RATE
                voice = sum(np.sin(k * phase) / k for k in range(1, 9))
                voice *= loudness * (0.55 + 0.45 * np.sin(2 * np.pi * rate * time + rng.uniform(0, 6)))
                voice = 0.3 * voice + 0.003 * rng.standard_normal(len(time))
                soundfile.write(root / emotion / f"s{speaker}_{take}.wav", voice.astype(np.float32), RATE)
    (root / "emoscope.yaml").write_text("name: spoken\nspeaker_pattern: '(?P<speaker>s\\d)_'\n")
    return root
