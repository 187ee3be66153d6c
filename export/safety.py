"""Weights read without running code: safetensors or torch's restricted unpickler, in their own folder."""

from __future__ import annotations

import hashlib
import pickle
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from export.errors import ExportError, UnsafeFileError, WeightsError

if TYPE_CHECKING:
    from torch import Tensor, nn

TRUST_HINT = (
    "A pickle can run any program while it is read. If you made this file yourself, or trust whoever did, "
    "add --trust-pickle; better, save the weights as safetensors."
)
_COUNTERS = ("num_batches_tracked",)
"""Buffers that only training uses, and that older files lack."""
_STATE_KEYS = ("state_dict", "model_state_dict", "model")


def inside(folder: Path, name: str) -> Path:
    """The file `name` of `folder`.

    Raises
    ------
    UnsafeFileError
        If the name is absolute, or leads out of the folder by `..` or by a link.
    """
    windows, posix = PureWindowsPath(name), PurePosixPath(name)
    absolute = posix.is_absolute() or windows.is_absolute() or bool(windows.drive or windows.root)
    parts = {*posix.parts, *windows.parts}
    path = folder / name
    if absolute or ".." in parts or not path.resolve().is_relative_to(folder.resolve()):
        raise UnsafeFileError(
            f"{folder} names the file '{name}', which lies outside of the folder.",
            "Files are only read from the model's own folder.",
        )
    return path


def read_tensors(path: Path, *, trust_pickle: bool = False) -> dict[str, Tensor]:
    """The named tensors of a file: safetensors, or what `torch.save` wrote.

    A training checkpoint that holds them under `state_dict` (Lightning), `model_state_dict` or `model` is
    unpacked.

    Raises
    ------
    UnsafeFileError
        If the file needs more than torch's restricted unpickler allows, and `trust_pickle` is not given.
    WeightsError
        If a tensor holds NaN or infinity.
    ExportError
        If it cannot be read, or holds no named tensors.
    """
    tensors = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path, trust_pickle)
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            raise WeightsError(
                f"The weights {path} are broken: '{name}' holds {int((~tensor.isfinite()).sum())} numbers "
                "that are NaN or infinite.",
                "The training that wrote them diverged: take an earlier checkpoint.",
            )
    return tensors


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise ExportError(f"The weights {path} cannot be read: {error}.") from error


def _read_torch(path: Path, trust_pickle: bool) -> dict[str, Tensor]:
    import torch

    try:
        loaded = torch.load(path, map_location="cpu", weights_only=not trust_pickle)
    except OSError as error:
        raise ExportError(f"The weights {path} cannot be read: {error.strerror or error}.") from error
    except pickle.UnpicklingError as error:
        if trust_pickle:
            raise ExportError(f"The weights {path} cannot be read: {first_line(error)}") from error
        raise UnsafeFileError(f"The weights {path} are not read: {_refused(error)}.", TRUST_HINT) from error
    except (RuntimeError, EOFError, ValueError, KeyError, AttributeError, ImportError) as error:
        # A TorchScript archive is a program, and the restricted unpickler says so as a RuntimeError.
        if not trust_pickle and _is_torchscript(path):
            raise UnsafeFileError(
                f"The weights {path} are not read: it is a TorchScript archive, which is a program.",
                "Save its state_dict() as safetensors.",
            ) from error
        raise ExportError(f"The weights {path} cannot be read: {first_line(error)}") from error
    return _tensors_of(loaded, path)


def _tensors_of(loaded: Any, path: Path) -> dict[str, Tensor]:
    import torch

    if isinstance(loaded, torch.nn.Module):
        return dict(loaded.state_dict())
    if isinstance(loaded, Mapping):
        for key in _STATE_KEYS:
            if isinstance(loaded.get(key), Mapping):
                loaded = loaded[key]
                break
        tensors = {str(name): t for name, t in loaded.items() if isinstance(t, torch.Tensor)}
        if tensors:
            return tensors
    raise ExportError(
        f"The file {path} holds no named tensors, but {type(loaded).__name__}.",
        "Save the weights with torch.save(model.state_dict(), FILE), or as safetensors.",
    )


def _refused(error: Exception) -> str:
    """What the restricted unpickler stumbled over, from its long explanation."""
    text = str(error)
    found = re.search(r"(?:GLOBAL|Unsupported class|unrecognized function) (\S+)", text)
    if found:
        return f"it needs '{found[1].rstrip('.,')}', which is more than tensors"
    if "TorchScript" in text:
        return "it is a TorchScript archive, which is a program"
    return "it is a pickle that holds more than tensors"


def _is_torchscript(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any("/code/" in name for name in archive.namelist())


def first_line(error: BaseException) -> str:
    """The first line of an exception, for a sentence."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def fit_weights(module: nn.Module, tensors: Mapping[str, Tensor], what: str) -> None:
    """Load `tensors` into `module`: all of them, and nothing left at its random start.

    A prefix that all names share and that the module does not know (`model.` of a Lightning module, `module.`
    of DataParallel) is dropped.

    Raises
    ------
    WeightsError
        Naming what is missing, left over, or of another shape.
    """
    own = module.state_dict()
    names = _without_prefix(tensors, own)
    missing = {name for name in own.keys() - names.keys() if not name.endswith(_COUNTERS)}
    check_names(missing, names.keys() - own.keys(), what)
    misshapen = [name for name in names if names[name].shape != own[name].shape]
    if misshapen:
        name = misshapen[0]
        raise WeightsError(
            f"{len(misshapen)} weights of {what} have another shape: '{name}' is {list(names[name].shape)}, "
            f"and the model expects {list(own[name].shape)}."
        )
    module.load_state_dict(dict(names), strict=False)


def check_names(missing: Iterable[str], unexpected: Iterable[str], what: str, hint: str = "") -> None:
    """Raise WeightsError if anything is missing or left over."""
    missing, unexpected = sorted(missing), sorted(unexpected)
    if not missing and not unexpected:
        return
    told = []
    if missing:
        told.append(f"lack {len(missing)} that the model needs ({_some(missing)})")
    if unexpected:
        told.append(f"hold {len(unexpected)} that it does not know ({_some(unexpected)})")
    raise WeightsError(
        f"The weights of {what} do not fit: they {' and '.join(told)}.",
        hint
        or "A missing weight would stay random: name the very class and configuration that were trained.",
    )


def _without_prefix(tensors: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    prefixes = {name.split(".", 1)[0] for name in tensors}
    if len(prefixes) == 1 and all("." in name for name in tensors):
        stripped = {name.split(".", 1)[1]: tensor for name, tensor in tensors.items()}
        if stripped.keys() & own.keys() and not tensors.keys() & own.keys():
            return stripped
    return tensors


def _some(names: list[str], count: int = 4) -> str:
    return ", ".join(f"'{n}'" for n in names[:count]) + (", ..." if len(names) > count else "")


def files_sha256(paths: Iterable[Path]) -> str:
    """SHA-256 of one file, or of several one after another."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
