"""Runs a graph over lengths, batch sizes and hard waveforms, and judges what it answers.

Everything here happens in the process of `export.verification.worker`; `verify` is the way in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ManifestError
from desktop_app.inference.manifest import MANIFEST_KEY, Manifest
from desktop_app.inference.outputs import LOGITS, VALUES, answer_of, out_of_range
from desktop_app.inference.package import open_content
from desktop_app.inference.package import read_manifest as manifest_of_file
from desktop_app.inference.session import ModelSession
from export.errors import DynamicAxisError, ParityError
from export.signals import BATCHES, LONG_S, SECONDS, Probe, lengths, probes, speech_like
from export.verification.interface import check_interface, check_voice
from export.verification.runner import open_graph, run_graph
from export.verification.structure import check_structure, parse, precision, read_content
from export.verification.values import allowed_in_words, check_label_names, check_reference, check_self_test

BATCH_TOLERANCE = {"fp32": 1e-4, "fp16": 0.05, "int8": 1.0}
"""Largest difference of logits between a waveform alone and in a batch. Dynamic int8 takes one scale for a
whole batch."""

OF_VALUES = 0.1
"""Of it for values in [0, 1]."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What to verify, and against what. See `export.verification.verify.verify_graph`."""

    path: str
    sample_rate: int | None = None
    classes: int | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    labels: tuple[str, ...] = ()
    tolerance: float = 1e-4
    batch_tolerance: float | None = None
    reference: str | None = None
    as_package: bool = False


class _Trial:
    """A loaded graph that is run again and again, each run told and counted."""

    def __init__(self, session: ModelSession, classes: int, progress: Progress, runs: int) -> None:
        self._session, self._classes = session, classes
        self.answer = answer_of(session.outputs)
        self._progress, self._expected_runs = progress, runs
        self.runs = 0

    def logits(self, waveforms: FloatArray, what: str) -> FloatArray:
        """[batch, samples] -> [batch, classes]; DynamicAxisError for any other shape."""
        self._progress(what, self.runs, self._expected_runs)
        self.runs += 1
        logits = run_graph(self._session, waveforms)
        expected = [len(waveforms), self._classes]
        if list(logits.shape) != expected:
            raise DynamicAxisError(
                f"Waveforms of the shape {list(waveforms.shape)} give logits of the shape "
                f"{list(logits.shape)}, expected {expected}.",
                "An axis was frozen or dropped by the export.",
            )
        return logits


def run(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Answer a Question: the fields of `export.verification.verify.Verification`, as JSON values."""
    question = Question(**arguments)
    path = Path(question.path)
    content = read_content(path)
    model = parse(content)
    manifest = _manifest(model)
    rate = question.sample_rate or (manifest.sample_rate if manifest else None)
    classes = question.classes or (len(manifest.labels) if manifest else None)
    if rate is None or classes is None:
        raise ManifestError(f"The manifest is missing ('{MANIFEST_KEY}' in the file's metadata).")
    if manifest is not None and question.labels:
        check_label_names(manifest.labels, question.labels)
    check_structure(model, path.parent)
    kind = precision(model)
    del model
    session = open_graph(content)
    answer = answer_of(session.outputs)
    usual = BATCH_TOLERANCE[kind] * (OF_VALUES if answer == VALUES and kind != "fp32" else 1)
    allowed = usual if question.batch_tolerance is None else question.batch_tolerance
    check_interface(session, classes, manifest)
    seconds = lengths(
        question.min_seconds or (manifest.min_seconds if manifest else SECONDS[0]),
        question.max_seconds or (manifest.max_seconds if manifest else SECONDS[-1]),
    )
    tried, expected = _probes(question, rate, seconds)
    together = [length for length in seconds if length <= LONG_S] or [seconds[0]]
    runs = len(tried) + len(together) * (BATCHES[-1] + len(BATCHES) - 1) + 3
    trial = _Trial(session, classes, progress, runs)
    singles = _run_alone(trial, tried)
    batch = max(_check_batches(trial, length, rate, allowed, mixed=kind == "fp32") for length in together)
    repeat = _check_repeat(trial, together[-1], rate)
    details = {
        "structure": "onnx.checker, known operators, finite weights, nothing outside of the file",
        "lengths": ", ".join(f"{length:g}" for length in seconds) + " s",
        "batch sizes": ", ".join(map(str, BATCHES)),
        "hard input": ", ".join(dict.fromkeys(probe.kind for probe in tried)),
        "batch = single": f"{answer} within {batch:.2g} ({allowed:g} allowed)",
        "repeatable": "the same to the last bit",
    }
    if session.optional_inputs and check_voice(session, parse(content), rate):
        details["voice"] = "the default voice given by name changes nothing"
    parity = None
    if expected is not None:
        names = question.labels or (manifest.labels if manifest else ())
        parity = check_reference(
            tried, singles, expected, question.tolerance, names, classes_win=answer == LOGITS
        )
        winner = f", the same winner {len(tried)} times" if answer == LOGITS else ""
        details["same as trained"] = (
            f"{answer} within {parity:.2g} ({allowed_in_words(question.tolerance, parity)}){winner}"
        )
    if manifest is not None:
        difference = check_self_test(session, manifest)
        details["self-test"] = f"{answer} within {difference:.2g} ({manifest.self_test.tolerance:g} allowed)"
    if question.as_package:
        open_content(content, manifest_of_file(content), "cpu")
        details["manifest"] = "the analyzer opens the file"
    return {
        "checks": list(details),
        "details": details,
        "parity": parity,
        "batch": batch,
        "repeat": repeat,
        "precision": kind,
        "runs": trial.runs,
    }


def _manifest(model: onnx.ModelProto) -> Manifest | None:
    for prop in model.metadata_props:
        if prop.key == MANIFEST_KEY:
            return Manifest.from_json(prop.value)
    return None


def _probes(
    question: Question, sample_rate: int, seconds: tuple[float, ...]
) -> tuple[list[Probe], FloatArray | None]:
    """The waveforms, and the reference's logits [probes, classes] where there is a reference."""
    if question.reference is None:
        return probes(sample_rate, seconds), None
    with np.load(question.reference) as given:
        named = zip(given["kinds"].tolist(), given["seconds"].tolist(), strict=True)
        handed = [Probe(*name, given[f"waveform_{index}"]) for index, name in enumerate(named)]
        expected: FloatArray = given["logits"]
    return handed, expected


def write_expected(path: Path, tried: Sequence[Probe], logits: FloatArray) -> None:
    """Write the waveforms, and what the trained model makes of them [probes, classes], for a Question."""
    waveforms: dict[str, Any] = {f"waveform_{index}": probe.waveform for index, probe in enumerate(tried)}
    kinds, seconds = [probe.kind for probe in tried], [probe.seconds for probe in tried]
    np.savez(path, logits=logits, kinds=kinds, seconds=seconds, **waveforms)


def _run_alone(trial: _Trial, tried: list[Probe]) -> FloatArray:
    """The logits [probes, classes] of each waveform alone."""
    rows, failed = [], {}
    for probe in tried:
        if probe.seconds in failed:
            continue
        try:
            logits = trial.logits(probe.waveform[None], f"{probe.kind}, {probe.seconds:g} s")
        except DynamicAxisError as error:
            failed[probe.seconds] = error
            continue
        if out_of_range(trial.answer, logits):
            raise ParityError(
                f"The values of {probe.kind} input of {probe.seconds:g} s are from {logits.min():.3g} to "
                f"{logits.max():.3g}, and must be from 0 to 1.",
                "End the graph with a Clip to 0 and 1.",
            )
        if not np.isfinite(logits).all():
            raise ParityError(
                f"The logits of {probe.kind} input of {probe.seconds:g} s are not finite: "
                f"{np.array2string(logits[0], precision=3, threshold=8)}.",
                "Look for a division by the loudness, or a logarithm of zero.",
            )
        rows.append(logits[0])
    if failed:
        works = [f"{s:g}" for s in dict.fromkeys(p.seconds for p in tried) if s not in failed]
        first = next(iter(failed.values()))
        raise DynamicAxisError(
            f"The graph fails on {', '.join(f'{s:g}' for s in failed)} s of sound"
            f"{' and works on ' + ', '.join(works) + ' s' if works else ', on every length that was tried'}.",
            "Something in the model has one length in mind: a number taken from a shape, a table of "
            f"positions, a branch on how long the sound is. {first}",
        )
    return np.stack(rows)


def _check_batches(
    trial: _Trial, seconds: float, sample_rate: int, tolerance: float, *, mixed: bool
) -> float:
    """The largest difference between a waveform alone and among others.

    With `mixed`, loud and silent waveforms stand side by side. Dynamic int8 takes its scale from the loudest
    of a batch, so there all are of one loudness.
    """
    samples = round(seconds * sample_rate)
    rows = [speech_like(samples, sample_rate, seed) for seed in range(BATCHES[-1])]
    if mixed:
        rows[:3] = [
            (gain * row).astype(np.float32) for gain, row in zip((1.0, 1e-4, 0.0), rows, strict=False)
        ]
    waves = np.stack(rows)
    alone = np.concatenate([trial.logits(wave[None], f"alone, {seconds:g} s") for wave in waves])
    worst = 0.0
    for batch in BATCHES[1:]:
        try:
            together = trial.logits(waves[:batch], f"a batch of {batch}, {seconds:g} s")
        except DynamicAxisError as error:
            raise DynamicAxisError(
                f"The graph fails on a batch of {batch} waveforms of {seconds:g} s and works on one.",
                f"Something in the model has one batch size in mind: a number taken from a shape. {error}",
            ) from error
        difference = np.abs(together - alone[:batch]).max(axis=1)
        if not difference.max() <= tolerance:
            raise ParityError(
                f"Waveform {int(difference.argmax()) + 1} of {batch} ({seconds:g} s) has other logits in a "
                f"batch than alone, by {difference.max():.2g}; {tolerance:g} is allowed.",
                "Something in the graph is computed over the batch axis.",
            )
        worst = max(worst, float(difference.max()))
    return worst


def _check_repeat(trial: _Trial, seconds: float, sample_rate: int) -> float:
    wave = speech_like(round(seconds * sample_rate), sample_rate)[None]
    first = trial.logits(wave, "first run")
    # Another length in between: state that survives a run would show.
    trial.logits(wave[:, : wave.shape[1] * 3 // 4], "another length")
    difference = float(np.abs(first - trial.logits(wave, "second run")).max())
    if difference > 0:
        raise ParityError(
            f"The same waveform gives other logits on a second run, by {difference:.2g}.",
            "The graph draws random numbers (dropout left on?) or keeps a state between runs.",
        )
    return difference
