"""What is told of speech that is too soft beside the voice to be found, and of what is none.

    python -m tests.bench.soft_speech [--streams N] [--seed N] [--jobs N] [--json]

Two people in turns, four each, from the corpora that EMOSCOPE_CORPORA names (see `tests.bench.vad`): one at
-23 dBFS, the other softer, 0.6 to 2 s apart, in silence and in pink noise 10 dB below the softer one. A turn
is missed where segments hold less than a quarter of it, and told where `soft_speech` counts some of it.

Beside it stand streams in which nobody speaks softly: one voice among each sound of ESC-10, 24 dB below it;
among steady and other background noise; in rooms; clips of one voice joined at one level, and at their own;
single clips.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from desktop_app.core.segmenter import Segmenter
from desktop_app.core.soft_speech import SoftSpeech
from tests.bench.vad import NOISY_CORPORA, RATE, Times, frame_rms, read, speech_of

SOFTER_DB = (18, 24, 30, 36)
NOISE_BELOW_DB = 10
MISSED = 0.25
ROOM = 1e-5

Clips = dict[str, dict[str, list[Path]]]
"""By corpus and speaker."""
Row = tuple[str, int, int, int]
"""Of which kind; cases, those that were missed, and of these (or else of the cases) those that were told."""


def heard(signal: np.ndarray) -> tuple[Times, Times]:
    """The segments that are found, and the soft speech that is told."""
    segmenter, soft = Segmenter(RATE), SoftSpeech(RATE)
    waveform = signal.astype(np.float32)
    finals = [segment for segment in segmenter.push(waveform) if segment.final]
    looks = soft.push(waveform, finals)
    last = [segment for segment in segmenter.flush() if segment.final]
    looks += [*soft.push(waveform[:0], last), soft.end()]
    told = {(part.start_s, part.end_s) for look in looks if look.enough for part in look.recent}
    return [(segment.start_s, segment.end_s) for segment in finals + last], sorted(told)


def overlap(turn: tuple[float, float], times: Times) -> float:
    return sum(max(0.0, min(turn[1], end) - max(turn[0], start)) for start, end in times)


class Maker:
    def __init__(self, root: Path, clips: Clips, seed: int) -> None:
        self.root, self.clips = root, clips
        self.rng = np.random.default_rng(seed)

    def speaker(self, *, noisy: bool = False, corpus: str = "") -> list[Path]:
        """All clips of somebody."""
        corpora = [name for name in self.clips if noisy or name not in NOISY_CORPORA]
        people = self.clips[corpus or corpora[self.rng.integers(len(corpora))]]
        return people[list(people)[self.rng.integers(len(people))]]

    def clip(self, clips: list[Path], speech: Callable[[Path], np.ndarray] = speech_of) -> np.ndarray:
        return speech(clips[self.rng.integers(len(clips))])

    def pause(self, least_s: float = 0.6, most_s: float = 2.0) -> np.ndarray:
        return np.zeros(round(self.rng.uniform(least_s, most_s) * RATE))

    def room(self, signal: np.ndarray) -> np.ndarray:
        return signal + ROOM * self.rng.standard_normal(len(signal))

    def pink(self, count: int) -> np.ndarray:
        spectrum = np.fft.rfft(self.rng.standard_normal(count))
        noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(1, np.arange(len(spectrum)))), count)
        return noise / np.sqrt(np.mean(np.square(noise)))

    def turns(self) -> Iterator[Row]:
        loud = soft = self.speaker()
        while soft is loud:
            soft = self.speaker()
        parts, times, at = [self.pause()], [], 0
        for turn in range(8):
            clip = self.clip(soft if turn % 2 else loud)
            if turn % 2:
                at = sum(map(len, parts))
                times.append((at / RATE, (at + len(clip)) / RATE))
            parts += [clip, self.pause()]
        level = 10 ** (-23 / 20)
        for softer_db in SOFTER_DB:
            gain = 10 ** (-softer_db / 20)
            signal = np.concatenate([part * (gain if at % 4 == 3 else 1.0) for at, part in enumerate(parts)])
            noise = level * gain * 10 ** (-NOISE_BELOW_DB / 20) * self.pink(len(signal))
            for where, stream in (("silence", self.room(signal)), ("noise", signal + noise)):
                found, told = heard(stream)
                missed = [turn for turn in times if overlap(turn, found) < MISSED * (turn[1] - turn[0])]
                yield (
                    f"{softer_db} dB softer, in {where}",
                    len(times),
                    len(missed),
                    sum(overlap(turn, told) > 0.1 for turn in missed),
                )

    def joined(self, clips: list[Path], count: int, speech: Callable[[Path], np.ndarray]) -> np.ndarray:
        parts = [self.pause()]
        for _ in range(count):
            parts += [self.clip(clips, speech), self.pause(0.3, 2.5)]
        return np.concatenate(parts)

    def event(self, path: Path) -> Iterator[Row]:
        voice = self.joined(self.speaker(), 3, speech_of)
        sound = read(path)
        levels = frame_rms(sound)
        sound /= np.sqrt(np.mean(np.square(levels[levels > levels.max() * 10 ** (-35 / 20)])))
        mixed = voice + 10 ** ((-23 - 24) / 20) * np.resize(sound, len(voice))
        yield self.told("a sound event 24 dB softer", self.room(mixed))

    def background(self, path: Path) -> Iterator[Row]:
        voice = self.joined(self.speaker(), 6, speech_of)
        noise = np.resize(read(path), len(voice))
        noise = noise / np.sqrt(np.mean(np.square(noise)))
        for below_db in (10, 20, 30):
            yield self.told("background noise", voice + noise * 10 ** ((-23 - below_db) / 20))

    def one_voice(self, corpus: str) -> Iterator[Row]:
        clips = self.speaker(corpus=corpus)
        yield self.told("clips joined at one level", self.joined(clips, 7, speech_of))
        yield self.told("clips joined at their own levels", self.joined(clips, 7, read))
        yield self.told("one clip", self.clip(clips, read))
        if corpus not in NOISY_CORPORA:
            yield self.told("in a room", self.room(self.reverberant(self.joined(clips, 7, speech_of))))

    def reverberant(self, signal: np.ndarray) -> np.ndarray:
        """In a room of 0.4 to 1.5 s, in which the tail is as loud as the voice, or up to 10 dB softer."""
        count = round(self.rng.uniform(0.4, 1.5) * RATE)
        tail = self.rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
        tail *= 10 ** (self.rng.uniform(-10, 0) / 20) / np.sqrt(np.sum(np.square(tail)))
        tail[0] = 1.0
        size = len(signal) + count
        return np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(tail, size), size)[: len(signal)]

    def told(self, kind: str, signal: np.ndarray) -> Row:
        return kind, 1, 0, int(bool(heard(signal)[1]))


def clips_of(root: Path) -> Clips:
    clips: Clips = defaultdict(lambda: defaultdict(list))
    with (root / "manifest.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if "noise" not in Path(row["path"]).parts:
                clips[row["corpus"]][row["speaker"]].append(root / row["path"])
    return {corpus: dict(people) for corpus, people in clips.items()}


def rows(job: tuple[int, str, str], *, root: Path, clips: Clips) -> list[Row]:
    """`job` is a seed, a kind of stream and what it is made of."""
    seed, kind, of = job
    maker = Maker(root, clips, seed)
    if kind == "turns":
        return list(maker.turns())
    return list(maker.one_voice(of) if kind == "voice" else getattr(maker, kind)(root / of))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soft_speech", description=__doc__)
    parser.add_argument(
        "--streams", type=int, default=50, help="of two people; of one voice four times as many"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    if not os.environ.get("EMOSCOPE_CORPORA"):
        print("EMOSCOPE_CORPORA must name the folder with the corpora.", file=sys.stderr)
        return 2
    root = Path(os.environ["EMOSCOPE_CORPORA"])
    clips = clips_of(root)
    corpora = sorted(clips)
    jobs = [("turns", "")] * args.streams
    jobs += [("event", str(path.relative_to(root))) for path in sorted((root / "noise/esc10").glob("*.ogg"))]
    jobs += [("background", str(path.relative_to(root))) for path in sorted((root / "noise").glob("sp*/*"))]
    jobs += [("voice", corpora[at % len(corpora)]) for at in range(4 * args.streams)]
    seeded = [(1000 * args.seed + at, *job) for at, job in enumerate(jobs)]
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    with get_context("spawn").Pool(args.jobs) as pool:
        for found in pool.imap_unordered(partial(rows, root=root, clips=clips), seeded, chunksize=4):
            for kind, *counts in found:
                tally[kind] = [a + b for a, b in zip(tally[kind], counts, strict=True)]
    if args.json:
        print(json.dumps(tally))
        return 0
    for kind, (cases, missed, told) in sorted(tally.items()):
        print(f"{kind:34} {cases:5} cases, {missed:4} missed, {told:4} told")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
