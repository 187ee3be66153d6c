"""How well speech is found: clips at known times in silence and in noise.

    python -m tests.bench.vad [--streams N] [--detectors energy,energy+silero] [--answers] [--json]

Beside the two detectors of this project it tries webrtcvad (package webrtcvad-wheels) and auditok, each where
it is installed, with the pauses and the shortest speech of this project's own.

Streams are built from the corpora that EMOSCOPE_CORPORA names: their clips at -23 dBFS, 1.5 to 4 s apart, two
minutes a stream. The truth is each clean clip's own extent: from its first to its last 10 ms frame within 35
dB of its loudest. Where the recordings themselves are noisy that is no truth, so EmoSpeech is left out unless
--all-clips is given. The signal-to-noise ratio is that of a clip's speech to the noise, in dB of RMS.

With --answers the shipped model judges what this project's own detectors find, each stream as one session;
"+ gate" leaves out what it calls no voice. "named": of the segments without speech those that it calls so;
"missed": of those with speech. "right": of all clips those whose emotion is the undoubted answer of the
segment that holds most of the clip; "wrong": another one is.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from desktop_app.core.detector import Detection
from desktop_app.core.detector_choice import ENERGY, ENERGY_SILERO
from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.types import Prediction
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.silero import DetectorError, detection
from models.corpora.folder import SYNONYMS

RATE = 16_000
FRAME = RATE // 100
STREAM_S = 120.0
SPEECH_DBFS = -23.0
EXTENT_DB = 35.0
NOISY_CORPORA = {"emospeech"}
"""Words from people's own phones: much within 35 dB of the word is the street, or a television."""
OWN = (ENERGY, ENERGY_SILERO)
STEADY = ("exercise_bike", "pink_noise", "running_tap", "white_noise")
CONDITIONS = (("silence", None), ("20 dB", 20.0), ("10 dB", 10.0), ("5 dB", 5.0))

Times = list[tuple[float, float]]
GATE = " + gate"


class Segment(NamedTuple):
    """What a detector found; the waveform where a model is to judge it."""

    start_s: float
    end_s: float
    waveform: np.ndarray | None = None


Detect = Callable[[np.ndarray], list[Segment]]


@dataclass
class Tally:
    speech: int = 0
    found: int = 0
    other: int = 0
    false: int = 0
    onsets: list[float] = field(default_factory=list)
    offsets: list[float] = field(default_factory=list)
    whole: int = 0
    joined: int = 0
    clips: int = 0
    empty: int = 0
    named: int = 0
    spoken: int = 0
    missed: int = 0
    right: int = 0
    wrong: int = 0
    answers: bool = False

    def row(self) -> dict[str, float]:
        return {
            "recall": self.found / max(1, self.speech),
            "false_alarms": self.false / max(1, self.other),
            "onset_ms": 1000 * float(np.median(np.abs(self.onsets))) if self.onsets else float("nan"),
            "offset_ms": 1000 * float(np.median(np.abs(self.offsets))) if self.offsets else float("nan"),
            "clips_as_one_segment": self.whole / max(1, self.clips),
            "clips_joined": self.joined / max(1, self.clips),
            "clips": self.clips,
            **(self._of_answers() if self.answers else {}),
        }

    def _of_answers(self) -> dict[str, float]:
        return {
            "named": self.named / self.empty if self.empty else float("nan"),
            "empty": self.empty,
            "missed": self.missed / max(1, self.spoken),
            "right": self.right / max(1, self.clips),
            "wrong": self.wrong / max(1, self.clips),
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


def stream(clips: list[tuple[Path, str]], rng: np.random.Generator) -> tuple[np.ndarray, Times, list[str]]:
    """Two minutes, when each clip is said, and with which emotion."""
    out = np.zeros(round(STREAM_S * RATE), dtype=np.float32)
    times: Times = []
    emotions: list[str] = []
    at = round(rng.uniform(1.0, 2.0) * RATE)
    while True:
        path, emotion = clips[rng.integers(len(clips))]
        clip = speech_of(path)
        if at + len(clip) > len(out) - RATE:
            return out, times, emotions
        emotions.append(emotion)
        out[at : at + len(clip)] = clip
        times.append((at / RATE, (at + len(clip)) / RATE))
        at += len(clip) + round(rng.uniform(1.5, 4.0) * RATE)


def bed(noises: list[Path], rng: np.random.Generator) -> np.ndarray:
    """Two minutes of one noise recording, repeated if it is short, each at unit RMS."""
    noise = read(noises[rng.integers(len(noises))])
    noise = noise[np.flatnonzero(np.abs(noise) > 0)[0] :]
    noise = np.tile(noise, int(np.ceil(STREAM_S * RATE / len(noise))))[: round(STREAM_S * RATE)]
    return noise / max(1e-6, float(np.sqrt(np.mean(np.square(noise)))))


def mask(times: Times) -> np.ndarray:
    out = np.zeros(round(STREAM_S * 100), dtype=bool)
    for start, end in times:
        out[round(start * 100) : round(end * 100)] = True
    return out


def judge(tally: Tally, truth: Times, found: Times) -> None:
    t, f = mask(truth), mask(found)
    tally.speech += int(t.sum())
    tally.found += int((t & f).sum())
    tally.other += int((~t).sum())
    tally.false += int((f & ~t).sum())
    for start, end in truth:
        hits = [seg for seg in found if seg[0] < end and seg[1] > start]
        tally.clips += 1
        tally.whole += len(hits) == 1
        others = [clip for clip in truth if clip != (start, end)]
        tally.joined += any(seg[0] < clip[1] and seg[1] > clip[0] for seg in hits for clip in others)
        if hits:
            tally.onsets.append(hits[0][0] - start)
            tally.offsets.append(hits[-1][1] - end)


def judge_answers(
    tally: Tally, truth: Times, emotions: list[str], found: list[Segment], said: list[Prediction]
) -> None:
    tally.answers = True
    for segment, prediction in zip(found, said, strict=True):
        spoken = any(segment.start_s < end and segment.end_s > start for start, end in truth)
        tally.spoken += spoken
        tally.empty += not spoken
        tally.missed += spoken and prediction.not_a_voice
        tally.named += not spoken and prediction.not_a_voice
    for (start, end), emotion in zip(truth, emotions, strict=True):
        held = [min(end, segment.end_s) - max(start, segment.start_s) for segment in found]
        if not held or max(held) <= 0:
            continue
        answer = said[int(np.argmax(held))]
        tally.right += not answer.uncertain and answer.label == emotion
        tally.wrong += not answer.uncertain and answer.label != emotion


# --- detectors ---------------------------------------------------------------------------------------------


def own(detection: Detection) -> Detect:
    def detect(signal: np.ndarray) -> list[Segment]:
        detector = detection.make(RATE)
        found = []
        for at in range(0, len(signal), RATE):
            found += detector.push(signal[at : at + RATE])
        found += detector.flush()
        return [Segment(s.start_s, s.end_s, s.waveform) for s in found if s.final]

    return detect


def by_webrtcvad(params: SegmenterParams) -> Detect:
    """Its middle setting; what it takes for speech, without the pauses that this project bridges."""
    import webrtcvad

    size = 3 * FRAME

    def detect(signal: np.ndarray) -> list[Segment]:
        judge_frame = webrtcvad.Vad(2).is_speech
        pcm = pcm16(signal)
        out: Times = []
        for at in range(0, len(signal) - size + 1, size):
            if not judge_frame(pcm[2 * at : 2 * (at + size)], RATE):
                continue
            start, end = at / RATE, (at + size) / RATE
            if out and start - out[-1][1] < params.hangover_s:
                out[-1] = (out[-1][0], end)
            else:
                out.append((start, end))
        return [Segment(start, end) for start, end in out if end - start >= params.min_speech_s]

    return detect


def by_auditok(params: SegmenterParams) -> Detect:
    """Its own threshold (50 dB)."""
    import auditok

    def detect(signal: np.ndarray) -> list[Segment]:
        regions = auditok.split(
            pcm16(signal),
            sampling_rate=RATE,
            sample_width=2,
            channels=1,
            min_dur=params.min_speech_s,
            max_dur=params.max_segment_s,
            max_silence=params.hangover_s,
            max_trailing_silence=params.trail_s,
        )
        return [Segment(region.start, region.end) for region in regions]

    return detect


def pcm16(signal: np.ndarray) -> bytes:
    return (np.clip(signal, -1.0, 1.0) * 32767).astype("<i2").tobytes()


def detectors(changed: dict[str, float], gate: dict[str, float]) -> tuple[dict[str, Detect], list[str]]:
    """All that can be tried here, by name, and a sentence about each that cannot."""
    params = SegmenterParams(**changed)
    found, told = {ENERGY: own(Detection(params))}, []
    try:
        usual = detection(ENERGY_SILERO)
        found[ENERGY_SILERO] = own(
            replace(usual, params=replace(usual.params, **changed), gate=replace(usual.gate, **gate))
        )
    except DetectorError as error:
        told.append(str(error))
    for name, make, package in (
        ("webrtcvad", by_webrtcvad, "webrtcvad-wheels"),
        ("auditok", by_auditok, "auditok"),
    ):
        if find_spec(name) is None:
            told.append(f"{name} is not installed, so it is left out: pip install {package}")
        else:
            found[name] = make(params)
    return found, told


# --- the measurement ---------------------------------------------------------------------------------------


def material(
    corpora: Path, *, all_clips: bool = False
) -> tuple[list[tuple[Path, str]], dict[str, list[Path]]]:
    """Clips with their emotions, and noises by kind."""
    left_out = {"ravdess_song"} | (set() if all_clips else NOISY_CORPORA)
    with (corpora / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["corpus"] not in left_out]
    clips = [(corpora / row["path"], SYNONYMS.get(row["emotion"], row["emotion"])) for row in rows]
    clips = [(path, emotion) for path, emotion in clips if "noise" not in path.parts]
    backgrounds = sorted((corpora / "noise" / "speech_commands").glob("*.ogg"))
    steady = [path for path in backgrounds if path.name.startswith(STEADY)]
    noises = {
        "steady": steady,
        "events": [path for path in backgrounds if path not in steady]
        + sorted((corpora / "noise" / "esc10").glob("*.ogg")),
    }
    return clips, noises


def measure(
    corpora: Path,
    streams: int,
    found: dict[str, Detect],
    *,
    seed: int = 7,
    all_clips: bool = False,
    engine: EmotionEngine | None = None,
) -> dict[str, dict[str, dict[str, float]]]:
    """Rows by detector and condition.

    "steady": tap, bike, white, pink; "events": dishes, a cat, and the ESC-10 sounds.
    """
    clips, noises = material(corpora, all_clips=all_clips)
    tallies: dict[str, dict[str, Tally]] = {name: {} for name in found}
    if engine is not None:
        tallies |= {name + GATE: {} for name in found if name in OWN}
    for number in range(streams):
        rng = np.random.default_rng((seed, number))
        clean, truth, emotions = stream(clips, rng)
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
                for detector, detect in found.items():
                    segments = detect(signal.astype(np.float32))
                    tally = tallies[detector].setdefault(key, Tally())
                    judge(tally, truth, [(s.start_s, s.end_s) for s in segments])
                    if engine is None or detector not in OWN:
                        continue
                    session = AdaptiveEngine(engine)
                    said = [session.predict(s.waveform) for s in segments if s.waveform is not None]
                    judge_answers(tally, truth, emotions, segments, said)
                    kept = [one for one in zip(segments, said, strict=True) if not one[1].not_a_voice]
                    gated = tallies[detector + GATE].setdefault(key, Tally())
                    judge(gated, truth, [(s.start_s, s.end_s) for s, _ in kept])
                    judge_answers(gated, truth, emotions, [s for s, _ in kept], [a for _, a in kept])
    return {name: {key: tally.row() for key, tally in rows.items()} for name, rows in tallies.items()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.vad", description=__doc__)
    parser.add_argument("--streams", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--all-clips", action="store_true", help="those of noisy corpora as well")
    parser.add_argument("--answers", action="store_true", help="what the model makes of it, too")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--detectors", help="which of them, with commas between (default: all)")
    parser.add_argument("--params", default="{}", help="JSON of SegmenterParams that differ")
    parser.add_argument("--gate", default="{}", help="JSON of GateParams that differ")
    args = parser.parse_args()
    corpora = os.environ.get("EMOSCOPE_CORPORA")
    if not corpora:
        print("Set EMOSCOPE_CORPORA to the folder of the corpora.", file=sys.stderr)
        return 2
    found, told = detectors(json.loads(args.params), json.loads(args.gate))
    for sentence in told:
        print(sentence, file=sys.stderr)
    wanted = args.detectors.split(",") if args.detectors else list(found)
    missing = [name for name in wanted if name not in found]
    if missing:
        print(
            f"There is no detector {', '.join(missing)} here; there are {', '.join(found)}.", file=sys.stderr
        )
        return 2
    chosen = {name: found[name] for name in wanted}
    results = measure(
        Path(corpora),
        args.streams,
        chosen,
        seed=args.seed,
        all_clips=args.all_clips,
        engine=EmotionEngine.load(None, "cpu", threads=1) if args.answers else None,
    )
    if args.json:
        print(json.dumps(results, indent=2))
        return 0
    print(
        f"{'condition':<14}{'detector':<21}{'recall':>7}{'false':>7}{'onset':>8}{'offset':>8}"
        f"{'one seg.':>9}{'joined':>8}{'clips':>7}" + (_OF_ANSWERS if args.answers else "")
    )
    for condition in next(iter(results.values())):
        for name, rows in results.items():
            row = rows[condition]
            print(
                f"{condition:<14}{name:<21}{row['recall']:>7.3f}{row['false_alarms']:>7.3f}"
                f"{row['onset_ms']:>6.0f}ms{row['offset_ms']:>6.0f}ms{row['clips_as_one_segment']:>9.3f}"
                f"{row['clips_joined']:>8.3f}{row['clips']:>7.0f}"
                + (_answers_in_words(row) if "right" in row else "")
            )
    return 0


_OF_ANSWERS = f"{'empty':>7}{'named':>7}{'missed':>8}{'right':>7}{'wrong':>7}"


def _answers_in_words(row: dict[str, float]) -> str:
    return (
        f"{row['empty']:>7.0f}{row['named']:>7.3f}{row['missed']:>8.4f}{row['right']:>7.3f}"
        f"{row['wrong']:>7.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
