"""How well speech is found: clips at known times in silence and in noise.

    python -m tests.bench.vad [--streams N] [--json]

Streams are built from the corpora that EMOSCOPE_CORPORA names: clips of all corpora at -23 dBFS, 1.5 to 4 s
apart, two minutes a stream. The truth is each clean clip's own extent: from its first to its last 10 ms frame
within 35 dB of its loudest. The signal-to-noise ratio is that of a clip's speech to the noise, in dB of RMS.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from desktop_app.core.segmenter import Segmenter, SegmenterParams

RATE = 16_000
FRAME = RATE // 100
STREAM_S = 120.0
SPEECH_DBFS = -23.0
EXTENT_DB = 35.0
STEADY = ("exercise_bike", "pink_noise", "running_tap", "white_noise")
CONDITIONS = (("silence", None), ("20 dB", 20.0), ("10 dB", 10.0), ("5 dB", 5.0))


@dataclass
class Tally:
    speech: int = 0
    found: int = 0
    other: int = 0
    false: int = 0
    onsets: list[float] = field(default_factory=list)
    offsets: list[float] = field(default_factory=list)
    whole: int = 0
    clips: int = 0

    def row(self) -> dict[str, float]:
        return {
            "recall": self.found / max(1, self.speech),
            "false_alarms": self.false / max(1, self.other),
            "onset_ms": 1000 * float(np.median(np.abs(self.onsets))) if self.onsets else float("nan"),
            "offset_ms": 1000 * float(np.median(np.abs(self.offsets))) if self.offsets else float("nan"),
            "clips_as_one_segment": self.whole / max(1, self.clips),
            "clips": self.clips,
        }


def read(path: Path) -> np.ndarray:
    data, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = data.mean(axis=1)
    if rate != RATE:
        import soxr

        mono = soxr.resample(mono, rate, RATE)
    return mono


def frame_rms(x: np.ndarray) -> np.ndarray:
    count = len(x) // FRAME
    return np.sqrt(np.mean(np.square(x[: count * FRAME].reshape(count, FRAME)), axis=1) + 1e-20)


def speech_of(path: Path) -> np.ndarray:
    """The clip cut to its own extent, at a fixed level."""
    clip = read(path)
    rms = frame_rms(clip)
    loud = np.flatnonzero(rms > rms.max() * 10 ** (-EXTENT_DB / 20))
    clip = clip[loud[0] * FRAME : (loud[-1] + 1) * FRAME]
    return clip * (10 ** (SPEECH_DBFS / 20) / np.sqrt(np.mean(np.square(clip))))


def stream(clips: list[Path], rng: np.random.Generator) -> tuple[np.ndarray, list[tuple[float, float]]]:
    out = np.zeros(round(STREAM_S * RATE), dtype=np.float32)
    times = []
    at = round(rng.uniform(1.0, 2.0) * RATE)
    while True:
        clip = speech_of(clips[rng.integers(len(clips))])
        if at + len(clip) > len(out) - RATE:
            return out, times
        out[at : at + len(clip)] = clip
        times.append((at / RATE, (at + len(clip)) / RATE))
        at += len(clip) + round(rng.uniform(1.5, 4.0) * RATE)


def bed(noises: list[Path], rng: np.random.Generator) -> np.ndarray:
    """Two minutes of one noise recording, repeated if it is short, each at unit RMS."""
    noise = read(noises[rng.integers(len(noises))])
    noise = noise[np.flatnonzero(np.abs(noise) > 0)[0] :]
    noise = np.tile(noise, int(np.ceil(STREAM_S * RATE / len(noise))))[: round(STREAM_S * RATE)]
    return noise / max(1e-6, float(np.sqrt(np.mean(np.square(noise)))))


def mask(times: list[tuple[float, float]]) -> np.ndarray:
    out = np.zeros(round(STREAM_S * 100), dtype=bool)
    for start, end in times:
        out[round(start * 100) : round(end * 100)] = True
    return out


def judge(tally: Tally, truth: list[tuple[float, float]], found: list[tuple[float, float]]) -> None:
    t, f = mask(truth), mask(found)
    tally.speech += int(t.sum())
    tally.found += int((t & f).sum())
    tally.other += int((~t).sum())
    tally.false += int((f & ~t).sum())
    for start, end in truth:
        hits = [seg for seg in found if seg[0] < end and seg[1] > start]
        tally.clips += 1
        tally.whole += len(hits) == 1
        if hits:
            tally.onsets.append(hits[0][0] - start)
            tally.offsets.append(hits[-1][1] - end)


def detect(signal: np.ndarray, params: SegmenterParams) -> list[tuple[float, float]]:
    segmenter = Segmenter(RATE, params)
    found = []
    for at in range(0, len(signal), RATE):
        found += segmenter.push(signal[at : at + RATE])
    found += segmenter.flush()
    return [(s.start_s, s.end_s) for s in found if s.final]


def material(corpora: Path) -> tuple[list[Path], dict[str, list[Path]]]:
    with (corpora / "manifest.csv").open(newline="") as file:
        clips = [corpora / r["path"] for r in csv.DictReader(file) if r["corpus"] != "ravdess_song"]
    clips = [path for path in clips if "noise" not in path.parts]
    backgrounds = sorted((corpora / "noise" / "speech_commands").glob("*.ogg"))
    steady = [path for path in backgrounds if path.name.startswith(STEADY)]
    noises = {
        "steady": steady,
        "events": [path for path in backgrounds if path not in steady]
        + sorted((corpora / "noise" / "esc10").glob("*.ogg")),
    }
    return clips, noises


def measure(
    corpora: Path, streams: int, params: SegmenterParams, seed: int = 7
) -> dict[str, dict[str, float]]:
    """Rows by condition. "steady": tap, bike, white, pink; "events": dishes, a cat, and the ESC-10 sounds."""
    clips, noises = material(corpora)
    tallies: dict[str, Tally] = {}
    for number in range(streams):
        rng = np.random.default_rng((seed, number))
        clean, truth = stream(clips, rng)
        hiss = (10 ** (-75 / 20) * rng.standard_normal(len(clean))).astype(np.float32)
        for kind, files in noises.items():
            noise = bed(files, rng)
            for name, snr in CONDITIONS:
                if snr is None:
                    key, signal = "silence", clean + hiss
                    if kind != "steady":
                        continue
                else:
                    key = f"{kind} {name}"
                    signal = clean + hiss + noise * 10 ** ((SPEECH_DBFS - snr) / 20)
                tally = tallies.setdefault(key, Tally())
                judge(tally, truth, detect(signal.astype(np.float32), params))
    return {name: tally.row() for name, tally in tallies.items()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.vad", description=__doc__)
    parser.add_argument("--streams", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--params", default="{}", help="JSON of SegmenterParams that differ")
    args = parser.parse_args()
    corpora = os.environ.get("EMOSCOPE_CORPORA")
    if not corpora:
        print("Set EMOSCOPE_CORPORA to the folder of the corpora.", file=sys.stderr)
        return 2
    rows = measure(Path(corpora), args.streams, SegmenterParams(**json.loads(args.params)))
    if args.json:
        print(json.dumps(rows, indent=2))
        return 0
    print(f"{'condition':<16}{'recall':>8}{'false':>8}{'onset':>8}{'offset':>8}{'one seg.':>10}{'clips':>7}")
    for name, row in rows.items():
        print(
            f"{name:<16}{row['recall']:>8.3f}{row['false_alarms']:>8.3f}{row['onset_ms']:>6.0f}ms"
            f"{row['offset_ms']:>6.0f}ms{row['clips_as_one_segment']:>10.3f}{row['clips']:>7.0f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
