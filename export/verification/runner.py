"""Runs a graph in ONNX Runtime alone, for verification and timing."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ModelError
from desktop_app.inference.outputs import answer_of
from desktop_app.inference.session import ModelSession, open_session, reason
from export.errors import CrashError, DynamicAxisError, ExportError, ShapeError, UnsupportedOperatorError
from export.verification.structure import unsupported

_UNKNOWN = re.compile(r"Fatal error: (?P<domain>[\w.]*):(?P<name>\w+)\(-?\d+\) is not a registered")
_UNREGISTERED = re.compile(r"No Op registered for (?P<name>\w+)")
_UNIMPLEMENTED = re.compile(r"Could not find an implementation for (?P<name>[\w.]+)")
_TOO_NEW = re.compile(
    r"(Current official support for domain .*? is till opset \d+|Unsupported model IR version.*)"
)
_NO_MEMORY = ("Failed to allocate memory", "bad_alloc", "std::length_error")


class GraphRunner:
    """One CPU session of a model file.

    Parameters
    ----------
    model : Path or bytes
        The file, or its content.
    threads : int
        Intra-op threads.
    """

    def __init__(self, model: Path | bytes, threads: int = 2) -> None:
        content = model if isinstance(model, bytes) else model.read_bytes()
        self._session = open_session(content, "cpu", threads)
        self._answer = answer_of(self._session.outputs)

    def logits(self, waveform: FloatArray) -> FloatArray:
        """[batch, samples] -> [batch, classes], or the values [batch, dimensions]."""
        return self._session.run([self._answer], {"waveform": waveform})[0]

    def embedding(self, waveform: FloatArray) -> FloatArray:
        """[batch, samples] -> [batch, dim]."""
        return self._session.run(["embedding"], {"waveform": waveform})[0]

    def milliseconds(self, seconds: float, sample_rate: int, runs: int = 15) -> float:
        """Median time of one waveform of `seconds`."""
        waveform = np.zeros((1, round(seconds * sample_rate)), dtype=np.float32)
        waveform[:] = 0.1 * np.sin(np.arange(waveform.shape[1]) / 20)
        self.logits(waveform)
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            self.logits(waveform)
            times.append(time.perf_counter() - start)
        return 1000 * float(np.median(times))


def open_graph(content: bytes) -> ModelSession:
    """A CPU session whose failure to load has the type of its cause.

    Raises
    ------
    UnsupportedOperatorError, CrashError, ShapeError
    """
    try:
        return open_session(content, "cpu")
    except ModelError as error:
        raise load_error(error) from error


def load_error(error: ModelError) -> ExportError:
    """The typed error for a graph that ONNX Runtime refuses to load."""
    cause = error.__cause__ or error
    text = str(cause)
    if found := _UNKNOWN.search(text):
        return unsupported(found["name"], found["domain"])
    if found := _UNREGISTERED.search(text) or _UNIMPLEMENTED.search(text):
        return unsupported(found["name"], "")
    if found := _TOO_NEW.search(text):
        return UnsupportedOperatorError(
            f"The file is too new for this ONNX Runtime: {found[1].strip().rstrip('.')}.",
            "Export it with an older operator set.",
        )
    if any(sign in text for sign in _NO_MEMORY):
        return _no_memory()
    return ShapeError("ONNX Runtime cannot load the graph.", f"It says: {_last_sentence(cause)}.")


def run_graph(session: ModelSession, waveforms: FloatArray) -> FloatArray:
    """The logits [batch, classes], or values [batch, dimensions], of `waveforms` [batch, samples].

    Raises
    ------
    CrashError, UnsupportedOperatorError
    DynamicAxisError
        For everything else: what runs with one shape and not with another has a frozen axis.
    """
    try:
        return session.run([answer_of(session.outputs)], {"waveform": waveforms})[0]
    except ModelError as error:
        cause = error.__cause__ or error
        text = str(cause)
        if any(sign in text for sign in _NO_MEMORY):
            raise _no_memory() from error
        if found := _UNIMPLEMENTED.search(text):
            raise unsupported(found["name"], "") from error
        raise DynamicAxisError(
            f"The graph fails on a waveform of the shape {list(waveforms.shape)}.",
            f"ONNX Runtime says: {_last_sentence(cause)}.",
        ) from error


def _no_memory() -> CrashError:
    return CrashError("The graph needs more memory than there is.", "It may be meant for shorter sound.")


def _last_sentence(error: BaseException) -> str:
    """What ONNX Runtime means, without the source lines that it puts in front."""
    text = reason(Exception(" ".join(str(error).split())))
    _, _, tail = text.rpartition("Status Message: ")
    return tail
