"""A model file, read and checked: nothing of it is used before it has passed every rule of the format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.core.foreign_files import impostor
from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ManifestError, ModelError
from desktop_app.inference.initializers import float_vectors, graph_sha256, metadata_text
from desktop_app.inference.manifest import MANIFEST_KEY, Manifest
from desktop_app.inference.outputs import LOGITS, VALUES, check_outputs
from desktop_app.inference.session import ModelSession, Provider, open_session, reason
from desktop_app.inference.shipped import is_shipped
from desktop_app.inference.trial import try_model
from desktop_app.inference.voice_profile import VoiceStatistics

MAX_BYTES: Final = 2**31 - 1  # protobuf cannot hold more
_CHOOSE: Final = "Choose an .onnx file that was made with emoscope-export."
_EXPORT: Final = "Export the model again with emoscope-export."


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """The content of a model file that has passed every check, loaded and ready to run.

    `default_voice` takes the place of a voice profile where none is given; None if the model takes none.
    `outputs` names those that are of use (`known_outputs`), the logits first.
    """

    manifest: Manifest
    session: ModelSession
    default_voice: VoiceStatistics | None
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ModelPackage:
    """A model file that has passed every check, loaded and ready; other fields are those of `Opened`."""

    path: Path
    sha256: str
    size: int  # in bytes
    manifest: Manifest
    session: ModelSession
    default_voice: VoiceStatistics | None
    outputs: tuple[str, ...]

    @property
    def voice_dim(self) -> int | None:
        """Numbers in each part of a voice profile, or None if the model takes none."""
        return None if self.default_voice is None else self.default_voice.mean.size


def load_package(
    path: Path | str,
    provider: Provider = "auto",
    threads: int | None = None,
    *,
    cancel: Callable[[], bool] | None = None,
    again: bool = True,
) -> ModelPackage:
    """Read, check and load a model file.

    A file that is not the shipped one is first tried in a process of its own: see `trial.try_model`, to which
    `cancel` and `again` go.

    Raises
    ------
    ModelError
        With one sentence that names the file and the field at fault: the file itself, its manifest (then a
        ManifestError), its inputs and outputs, its self-test, or what it does when it is run.
    """
    path = Path(path)
    content = read_content(path)
    sha256 = hashlib.sha256(content).hexdigest()
    with naming(path):
        manifest = _tried(path, content, sha256, cancel, again=again)
        opened = open_content(content, manifest, provider, threads)
    return ModelPackage(
        path,
        sha256,
        len(content),
        opened.manifest,
        opened.session,
        opened.default_voice,
        opened.outputs,
    )


def try_file(path: Path, *, cancel: Callable[[], bool] | None = None) -> bytes:
    """Read, check and try a model file without loading it into this process; its bytes.

    Raises
    ------
    ModelError
        As `load_package`.
    """
    content = read_content(path)
    with naming(path):
        _tried(path, content, hashlib.sha256(content).hexdigest(), cancel, again=True)
    return content


def _tried(
    path: Path, content: bytes, sha256: str, cancel: Callable[[], bool] | None, *, again: bool
) -> Manifest:
    check_content(content)
    own = is_shipped(path, sha256)
    manifest = read_manifest(content)
    if not own:
        try_model(path, sha256, manifest, cancel=cancel, again=again)
    return manifest


def check_content(content: bytes) -> None:
    """Raise ModelError for what was never a model: a Git LFS pointer, a web page."""
    found = impostor(content[:1024])
    if found is not None:
        raise ModelError(f"it is {found.name}", found.hint, code=f"model.{found.code}")


def read_manifest(content: bytes) -> Manifest:
    """The manifest in the bytes of a model file, of which nothing else is touched.

    Raises
    ------
    ModelError, ManifestError
    """
    text = metadata_text(content, MANIFEST_KEY)
    if text is None:
        raise ManifestError(f"The manifest is missing ('{MANIFEST_KEY}' in the file's metadata).")
    return Manifest.from_json(text)


def open_content(
    content: bytes, manifest: Manifest, provider: Provider, threads: int | None = None
) -> Opened:
    """Check and load the bytes of a model file, in this process and whatever it may do.

    Raises
    ------
    ModelError, ManifestError
        With one sentence that names the field at fault.
    """
    _check_graph(content, manifest)
    try:
        session = open_session(content, provider, threads)
    except ModelError as error:
        if error.code != ModelError.default_code:
            raise
        raise ModelError(error.message, error.hint, code="model.not_loadable") from error
    with _readable("inputs"):
        _check_inputs(session)
        dim = _check_voice(session)
    default_voice = _default_voice(content, dim)
    with _readable("outputs"):
        outputs = _check_outputs(session, manifest)
    problem = _self_test(session, manifest)
    if problem is not None and session.provider != "CPUExecutionProvider":
        # A graphics card, or its driver, that computes something else is no fault of the file.
        session = open_session(content, "cpu", threads)
        session.notice = (
            "The graphics card gives other results than the model's self-test, so the model runs on the CPU."
        )
        problem = _self_test(session, manifest)
    if problem is not None:
        raise problem
    return Opened(manifest, session, default_voice, outputs)


def _check_graph(content: bytes, manifest: Manifest) -> None:
    """The graph is the one that the manifest was written for."""
    if manifest.graph_sha256 not in {None, graph_sha256(content)}:
        raise ModelError(
            "its graph was changed after its manifest was written: its SHA-256 is not that of the manifest "
            "field 'graph_sha256'",
            field="graph_sha256",
            code="model.changed",
        )


def read_content(path: Path) -> bytes:
    """The bytes of a model file. Raises ModelError, naming it."""
    try:
        if path.is_dir():
            raise ModelError(f"The model '{path}' is a folder, not a file.", _CHOOSE, code="model.folder")
        if not path.exists():
            raise ModelError(f"The model file '{path}' does not exist.", _CHOOSE, code="model.not_found")
        if not path.is_file():
            raise ModelError(f"The model '{path}' is not a regular file.", _CHOOSE, code="model.not_regular")
        size = path.stat().st_size
        if size == 0:
            raise ModelError(f"The model file '{path}' is empty.", _CHOOSE, code="model.empty")
        if size > MAX_BYTES:
            raise ModelError(
                f"The model file '{path}' has {size / 2**30:.1f} GB, and at most 2 GB can be loaded.",
                _CHOOSE,
                code="model.too_large",
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not valid"
        raise ModelError(
            f"The model file '{path}' cannot be read: {why.lower()}.", code="model.unreadable"
        ) from error


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Put the file's name in front of what is wrong with it."""
    try:
        yield
    except ModelError as error:
        what = error.message
        what = f"the {what[4:]}" if what.startswith("The ") else what
        kind = ManifestError if isinstance(error, ManifestError) else ModelError
        end = "" if what.endswith(".") else "."
        raise kind(
            f"The model file '{path}' is refused: {what}{end}",
            error.hint or _EXPORT,
            error.field,
            code=error.code,
        ) from error


@contextmanager
def _readable(field: str) -> Iterator[None]:
    """What ONNX Runtime says of inputs and outputs is the file's own text, which may be none."""
    try:
        yield
    except ModelError:
        raise
    except UnicodeDecodeError as error:
        raise ModelError(
            f"the names of its {field} are no text in UTF-8", field=field, code="model.interface"
        ) from error
    except Exception as error:
        raise ModelError(
            f"its {field} cannot be read: {reason(error)}", field=field, code="model.interface"
        ) from error


def _check_inputs(session: ModelSession) -> None:
    found = {tensor.name: tensor for tensor in session.inputs}
    if "waveform" not in found:
        names = ", ".join(f"'{name}'" for name in found) or "none"
        raise ModelError(
            f"the input 'waveform' is missing; its inputs are {names}",
            field="waveform",
            code="model.interface",
        )
    for name in found:
        if name != "waveform":
            raise ModelError(
                f"the input '{name}' has no default value, and nothing is known to feed it",
                field=name,
                code="model.interface",
            )
    waveform = found["waveform"]
    _check_type(waveform, "input")
    shape = list(waveform.shape)
    if len(shape) != 2:
        raise ModelError(
            f"the input 'waveform' must have 2 axes [batch, samples], found {len(shape)}: {shape}",
            field="waveform",
            code="model.interface",
        )
    for axis, size in zip(("batch", "samples"), shape, strict=True):
        if isinstance(size, int):
            raise ModelError(
                f"the axis '{axis}' of the input 'waveform' must be dynamic, found the fixed size {size}",
                field="waveform",
                code="model.interface",
            )


def _check_voice(session: ModelSession) -> int | None:
    found = {t.name: t for t in session.optional_inputs if t.name in {"voice_mean", "voice_std"}}
    if not found:
        return None
    for name in ("voice_mean", "voice_std"):
        if name not in found:
            raise ModelError(
                f"the input '{name}' is missing, and a voice profile needs both",
                field=name,
                code="model.interface",
            )
        _check_type(found[name], "input")
        shape = list(found[name].shape)
        if len(shape) != 1 or not isinstance(shape[0], int):
            raise ModelError(
                f"the input '{name}' must have the shape [dim], found {shape}",
                field=name,
                code="model.interface",
            )
    mean, std = found["voice_mean"].shape[0], found["voice_std"].shape[0]
    if mean != std:
        raise ModelError(
            f"the input 'voice_std' must have {mean} numbers as 'voice_mean' has, found {std}",
            field="voice_std",
            code="model.interface",
        )
    return int(mean)


def _default_voice(content: bytes, dim: int | None) -> VoiceStatistics | None:
    if dim is None:
        return None
    values = float_vectors(content, {"voice_mean", "voice_std"})
    for name in ("voice_mean", "voice_std"):
        vector = values.get(name)
        if vector is None or vector.shape != (dim,) or not np.all(np.isfinite(vector)):
            raise ModelError(
                f"the default of the input '{name}' must be {dim} finite numbers",
                field=name,
                code="model.interface",
            )
    if np.any(values["voice_std"] <= 0):
        raise ModelError(
            "the default of the input 'voice_std' must be above zero",
            field="voice_std",
            code="model.interface",
        )
    return VoiceStatistics(values["voice_mean"], values["voice_std"])


def _check_outputs(session: ModelSession, manifest: Manifest) -> tuple[str, ...]:
    outputs = check_outputs(session.outputs, manifest.format_version, dimensions=bool(manifest.dimensions))
    classes = next(tensor.shape[1] for tensor in session.outputs if tensor.name == outputs[0])
    if isinstance(classes, int):
        _check_classes(classes, manifest)
    return outputs


def _check_type(tensor: Any, kind: str) -> None:
    if tensor.type != "tensor(float)":
        raise ModelError(
            f"the {kind} '{tensor.name}' must be of type tensor(float), found {tensor.type}",
            field=tensor.name,
            code="model.interface",
        )


def _check_classes(classes: int, manifest: Manifest) -> None:
    if classes != len(manifest.labels):
        what, answer = ("dimensions", VALUES) if manifest.dimensions else ("emotions", LOGITS)
        raise ModelError(
            f"the manifest field 'labels' names {len(manifest.labels)} {what} and the output '{answer}' has "
            f"{classes}",
            field="labels",
            code="model.interface",
        )


def _self_test(session: ModelSession, manifest: Manifest) -> ModelError | None:
    """What the model's answer to its own test signal shows to be wrong, if anything."""
    test = manifest.self_test
    waveform = test.waveform(manifest.sample_rate)[None]
    answer, columns = (VALUES, "dimensions") if manifest.dimensions else (LOGITS, "classes")
    try:
        found = session.run([answer], {"waveform": waveform})[0]
    except ModelError as error:
        return ModelError(
            f"its self-test cannot run: {error.message}", field="self_test", code="model.self_test"
        )
    if not isinstance(found, np.ndarray) or found.ndim != 2 or found.shape[0] != 1:
        return ModelError(
            f"the output '{answer}' must be [1, {columns}] for one waveform, found "
            f"{list(found.shape) if isinstance(found, np.ndarray) else type(found).__name__}",
            field=answer,
            code="model.shape",
        )
    try:
        _check_classes(found.shape[1], manifest)
    except ModelError as error:
        return error
    if not np.all(np.isfinite(found)):
        return ModelError(
            f"the output '{answer}' is not finite for its self-test, so its weights are broken",
            field=answer,
            code="model.not_finite",
        )
    expected: FloatArray = np.asarray(test.logits, dtype=np.float32)
    difference = float(np.max(np.abs(found[0].astype(np.float64) - expected)))
    if difference > test.tolerance:
        return ModelError(
            f"it fails its self-test: the {answer} differ by {difference:.3g} from the manifest field "
            f"'self_test.logits', and {test.tolerance:.3g} is allowed",
            field="self_test.logits",
            code="model.self_test",
        )
    return None
