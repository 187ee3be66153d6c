"""A model file, read and checked: nothing of it is used before it has passed every rule of the format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ManifestError, ModelError
from desktop_app.inference.initializers import float_vectors
from desktop_app.inference.manifest import MANIFEST_KEY, Manifest
from desktop_app.inference.session import ModelSession, Provider, open_session
from desktop_app.inference.voice_profile import VoiceStatistics

MAX_BYTES: Final = 2**31 - 1  # protobuf cannot hold more
_CHOOSE: Final = "Choose an .onnx file that was made with emoscope-export."
_EXPORT: Final = "Export the model again with emoscope-export."


@dataclass(frozen=True, slots=True, eq=False)
class ModelPackage:
    """A model file that has passed every check, loaded and ready to run.

    `default_voice` takes the place of a voice profile where none is given; None if the model takes none.
    `has_embedding` tells whether it also gives the pooled embedding.
    """

    path: Path
    sha256: str
    manifest: Manifest
    session: ModelSession
    default_voice: VoiceStatistics | None
    has_embedding: bool

    @property
    def voice_dim(self) -> int | None:
        """Numbers in each part of a voice profile, or None if the model takes none."""
        return None if self.default_voice is None else self.default_voice.mean.size


def load_package(path: Path | str, provider: Provider = "auto", threads: int | None = None) -> ModelPackage:
    """Read, check and load a model file.

    Raises
    ------
    ModelError
        With one sentence that names the file and the field at fault: the file itself, its manifest (then a
        ManifestError), its inputs and outputs, or its self-test.
    """
    path = Path(path)
    content = _read(path)
    with _naming(path):
        session = open_session(content, provider, threads)
        if MANIFEST_KEY not in session.metadata:
            raise ManifestError(f"The manifest is missing ('{MANIFEST_KEY}' in the file's metadata).")
        manifest = Manifest.from_json(session.metadata[MANIFEST_KEY])
        _check_inputs(session)
        default_voice = _default_voice(content, _check_voice(session))
        has_embedding = _check_outputs(session, manifest)
        problem = _self_test(session, manifest)
        if problem is not None and session.provider != "CPUExecutionProvider":
            # A graphics card, or its driver, that computes something else is no fault of the file.
            session = open_session(content, "cpu", threads)
            session.notice = (
                "The graphics card gives other results than the model's self-test, "
                "so the model runs on the CPU."
            )
            problem = _self_test(session, manifest)
        if problem is not None:
            raise problem
    return ModelPackage(
        path, hashlib.sha256(content).hexdigest(), manifest, session, default_voice, has_embedding
    )


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ModelError(f"The model '{path}' is a folder, not a file.", _CHOOSE)
        if not path.exists():
            raise ModelError(f"The model file '{path}' does not exist.", _CHOOSE)
        if not path.is_file():
            raise ModelError(f"The model '{path}' is not a regular file.", _CHOOSE)
        size = path.stat().st_size
        if size == 0:
            raise ModelError(f"The model file '{path}' is empty.", _CHOOSE)
        if size > MAX_BYTES:
            raise ModelError(
                f"The model file '{path}' has {size / 2**30:.1f} GB, and at most 2 GB can be loaded.",
                _CHOOSE,
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not valid"
        raise ModelError(f"The model file '{path}' cannot be read: {why.lower()}.") from error


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put the file's name in front of what is wrong with it."""
    try:
        yield
    except ModelError as error:
        what = error.message
        what = f"the {what[4:]}" if what.startswith("The ") else what
        kind = ManifestError if isinstance(error, ManifestError) else ModelError
        end = "" if what.endswith(".") else "."
        raise kind(
            f"The model file '{path}' is refused: {what}{end}", error.hint or _EXPORT, error.field
        ) from error


def _check_inputs(session: ModelSession) -> None:
    found = {tensor.name: tensor for tensor in session.inputs}
    if "waveform" not in found:
        names = ", ".join(f"'{name}'" for name in found) or "none"
        raise ModelError(f"the input 'waveform' is missing; its inputs are {names}", field="waveform")
    for name in found:
        if name != "waveform":
            raise ModelError(
                f"the input '{name}' has no default value, and nothing is known to feed it", field=name
            )
    waveform = found["waveform"]
    _check_type(waveform, "input")
    shape = list(waveform.shape)
    if len(shape) != 2:
        raise ModelError(
            f"the input 'waveform' must have 2 axes [batch, samples], found {len(shape)}: {shape}",
            field="waveform",
        )
    for axis, size in zip(("batch", "samples"), shape, strict=True):
        if isinstance(size, int):
            raise ModelError(
                f"the axis '{axis}' of the input 'waveform' must be dynamic, found the fixed size {size}",
                field="waveform",
            )


def _check_voice(session: ModelSession) -> int | None:
    found = {t.name: t for t in session.optional_inputs if t.name in {"voice_mean", "voice_std"}}
    if not found:
        return None
    for name in ("voice_mean", "voice_std"):
        if name not in found:
            raise ModelError(f"the input '{name}' is missing, and a voice profile needs both", field=name)
        _check_type(found[name], "input")
        shape = list(found[name].shape)
        if len(shape) != 1 or not isinstance(shape[0], int):
            raise ModelError(f"the input '{name}' must have the shape [dim], found {shape}", field=name)
    mean, std = found["voice_mean"].shape[0], found["voice_std"].shape[0]
    if mean != std:
        raise ModelError(
            f"the input 'voice_std' must have {mean} numbers as 'voice_mean' has, found {std}",
            field="voice_std",
        )
    return int(mean)


def _default_voice(content: bytes, dim: int | None) -> VoiceStatistics | None:
    if dim is None:
        return None
    values = float_vectors(content, {"voice_mean", "voice_std"})
    for name in ("voice_mean", "voice_std"):
        vector = values.get(name)
        if vector is None or vector.shape != (dim,) or not np.all(np.isfinite(vector)):
            raise ModelError(f"the default of the input '{name}' must be {dim} finite numbers", field=name)
    if np.any(values["voice_std"] <= 0):
        raise ModelError("the default of the input 'voice_std' must be above zero", field="voice_std")
    return VoiceStatistics(values["voice_mean"], values["voice_std"])


def _check_outputs(session: ModelSession, manifest: Manifest) -> bool:
    found = {tensor.name: tensor for tensor in session.outputs}
    if "logits" not in found:
        names = ", ".join(f"'{name}'" for name in found) or "none"
        raise ModelError(f"the output 'logits' is missing; its outputs are {names}", field="logits")
    for name in ("logits", "embedding"):
        if name in found:
            _check_type(found[name], "output")
            if len(found[name].shape) != 2:
                raise ModelError(
                    f"the output '{name}' must have 2 axes, found {list(found[name].shape)}", field=name
                )
    classes = found["logits"].shape[1]
    if isinstance(classes, int):
        _check_classes(classes, manifest)
    return "embedding" in found


def _check_type(tensor: Any, kind: str) -> None:
    if tensor.type != "tensor(float)":
        raise ModelError(
            f"the {kind} '{tensor.name}' must be of type tensor(float), found {tensor.type}",
            field=tensor.name,
        )


def _check_classes(classes: int, manifest: Manifest) -> None:
    if classes != len(manifest.labels):
        raise ModelError(
            f"the manifest field 'labels' names {len(manifest.labels)} emotions and the output 'logits' has "
            f"{classes}",
            field="labels",
        )


def _self_test(session: ModelSession, manifest: Manifest) -> ModelError | None:
    """What the model's answer to its own test signal shows to be wrong, if anything."""
    test = manifest.self_test
    waveform = test.waveform(manifest.sample_rate)[None]
    try:
        logits = session.run(["logits"], {"waveform": waveform})[0]
    except ModelError as error:
        return ModelError(f"its self-test cannot run: {error.message}", field="self_test")
    if logits.ndim != 2 or logits.shape[0] != 1:
        return ModelError(
            f"the output 'logits' must be [1, classes] for one waveform, found {list(logits.shape)}",
            field="logits",
        )
    try:
        _check_classes(logits.shape[1], manifest)
    except ModelError as error:
        return error
    if not np.all(np.isfinite(logits)):
        return ModelError(
            "the output 'logits' is not finite for its self-test, so its weights are broken", field="logits"
        )
    expected: FloatArray = np.asarray(test.logits, dtype=np.float32)
    difference = float(np.max(np.abs(logits[0].astype(np.float64) - expected)))
    if difference > test.tolerance:
        return ModelError(
            f"it fails its self-test: the logits differ by {difference:.3g} from the manifest field "
            f"'self_test.logits', and {test.tolerance:.3g} is allowed",
            field="self_test.logits",
        )
    return None
