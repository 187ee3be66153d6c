"""Weights read without running code: safetensors or torch's restricted unpickler, in their own folder."""

from __future__ import annotations

import hashlib
import pickle
import re
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping, Set
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from desktop_app.core.foreign_files import ReadError, check_archive, check_impostor
from export.errors import ExportError, UnsafeFileError, WeightsError

if TYPE_CHECKING:
    from torch import Tensor, nn

TRUST_HINT = (
    "A pickle can run any program while it is read. If you made this file yourself, or trust whoever did, "
    "add --trust-pickle; better, save the weights as safetensors."
)
_MOST_HEADER = 32 * 2**20
"""Bytes of the header of a safetensors file: a hundred for each tensor, and no model has so many."""
_COMPILED = "_orig_mod."
_COUNTERS = ("num_batches_tracked",)
"""Buffers that only training uses, and that older files lack."""
_STATE_KEYS = ("state_dict", "model_state_dict", "model")
_OF_TRAINING = re.compile(
    r"(?:criterion|criteria|loss\w*|\w+_loss|metrics?|\w+_metrics?|(?:train|val|valid|test)_\w+)\.",
    re.IGNORECASE,
)
"""Beginnings of names that a Lightning module gives to what only its training uses."""
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


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

    A training checkpoint that holds them under `state_dict` (Lightning), `model_state_dict` or `model`, or in
    the only dictionary of tensors that there is in it, is unpacked.

    Raises
    ------
    UnsafeFileError
        If the file needs more than torch's restricted unpickler allows, and `trust_pickle` is not given.
    WeightsError
        If a tensor holds NaN or infinity.
    ExportError
        If it cannot be read, or holds no named tensors.
    """
    kind = _kind(path)
    if kind == "safetensors":
        tensors = _read_safetensors(path)
    else:
        tensors = _read_torch(path, trust_pickle, is_pickle=kind != "unknown")
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            raise WeightsError(
                f"The weights {path} are broken: '{name}' holds {int((~tensor.isfinite()).sum())} numbers "
                "that are NaN or infinite.",
                "The training that wrote them diverged: take an earlier checkpoint.",
            )
    return tensors


def refuse_impostor(path: Path, what: str) -> None:
    """Raise ExportError if a Git LFS pointer or a web page lies in the place of `what`."""
    try:
        check_impostor(path, what)
    except ReadError as error:
        raise ExportError(
            error.message, error.hint, code=error.code.replace("read.", "export.", 1)
        ) from error


def refuse_bomb(path: Path, what: str) -> None:
    """Raise ExportError for an archive that would fill the memory, or is none."""
    try:
        check_archive(path, what)
    except ReadError as error:
        raise UnsafeFileError(error.message, error.hint, code="export.archive") from error


def _kind(path: Path) -> str:
    """What a file of weights is by its first bytes: "safetensors", "zip" or "pickle", or "unknown".

    Raises
    ------
    ExportError
        If it is empty, cut off, or something else in the place of weights.
    """
    try:
        with path.open("rb") as stream:
            begin = stream.read(16)
    except OSError as error:
        raise ExportError(f"The weights {path} cannot be read: {error.strerror or error}.") from error
    if not begin:
        raise ExportError(f"The weights {path} cannot be read: the file is empty.")
    refuse_impostor(path, "weights")
    if begin.startswith(b"PK\x03\x04"):
        if not zipfile.is_zipfile(path):
            raise _cut_off(path)
        refuse_bomb(path, "weights")
        return "zip"
    if path.suffix == ".safetensors" or begin[8:9] == b"{":
        header = int.from_bytes(begin[:8], "little")
        if _MOST_HEADER < header <= path.stat().st_size:
            raise UnsafeFileError(
                f"The weights {path} are refused: their header has {header:,} bytes, which no model needs."
            )
        return "safetensors"
    return "pickle" if begin[:1] == b"\x80" else "unknown"


def _cut_off(path: Path) -> ExportError:
    return ExportError(f"The weights {path} cannot be read: the file is cut off.", "Copy or save it again.")


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import load_file

    try:
        tensors = dict(load_file(path))
        with safe_open(path, "pt") as file:
            notes = file.metadata() or {}
    except (OSError, SafetensorError) as error:
        if any(sign in str(error) for sign in ("incomplete metadata", "invalid header length", "too small")):
            raise _cut_off(path) from error
        raise ExportError(f"The weights {path} cannot be read: {error}.") from error
    # save_model writes tied weights once, and notes their other names.
    return tensors | {
        other: tensors[name] for other, name in notes.items() if other not in tensors and name in tensors
    }


def _read_torch(path: Path, trust_pickle: bool, *, is_pickle: bool) -> dict[str, Tensor]:
    import torch

    try:
        # It warns of what is refused in a sentence below.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = torch.load(path, map_location="cpu", weights_only=not trust_pickle)
    except EOFError as error:
        raise _cut_off(path) from error
    except OSError as error:
        raise ExportError(f"The weights {path} cannot be read: {error.strerror or error}.") from error
    except pickle.UnpicklingError as error:
        if not is_pickle:
            raise _no_weights(path) from error
        if trust_pickle:
            raise ExportError(f"The weights {path} cannot be read: {first_line(error)}") from error
        raise UnsafeFileError(f"The weights {path} are not read: {_refused(error)}.", TRUST_HINT) from error
    except (RuntimeError, ValueError, KeyError, AttributeError, ImportError) as error:
        # A TorchScript archive is a program, and the restricted unpickler says so as a RuntimeError.
        if not trust_pickle and _is_torchscript(path):
            raise UnsafeFileError(
                f"The weights {path} are not read: it is a TorchScript archive, which is a program.",
                "Save its state_dict() as safetensors.",
            ) from error
        if "unexpected EOF" in str(error):
            raise _cut_off(path) from error
        if not is_pickle:
            raise _no_weights(path) from error
        raise ExportError(f"The weights {path} cannot be read: {first_line(error)}") from error
    return _tensors_of(loaded, path)


def _no_weights(path: Path) -> ExportError:
    return ExportError(
        f"The file {path} holds no weights: it is neither safetensors nor what torch.save writes.",
        "Name the file that the training wrote.",
    )


def _tensors_of(loaded: Any, path: Path) -> dict[str, Tensor]:
    held = ""
    if isinstance(loaded, Mapping):
        for key in _STATE_KEYS:
            if tensors := _named_tensors(loaded.get(key)):
                return tensors
        if tensors := _named_tensors(loaded):
            return tensors
        inside = [tensors for value in loaded.values() if (tensors := _named_tensors(value))]
        if len(inside) == 1:
            return inside[0]
        keys = _some([str(key) for key in loaded], 8)
        held = f" with the keys {keys}" if keys else " that is empty"
    elif tensors := _named_tensors(loaded):
        return tensors
    raise ExportError(
        f"The file {path} holds no named tensors, but {type(loaded).__name__}{held}.",
        "Save the weights with torch.save(model.state_dict(), FILE), or as safetensors.",
    )


def _named_tensors(value: Any) -> dict[str, Tensor]:
    """The tensors of a module or a dictionary; of anything else none."""
    import torch

    if isinstance(value, torch.nn.Module):
        value = value.state_dict()
    if not isinstance(value, Mapping):
        return {}
    return {str(name): t for name, t in value.items() if isinstance(t, torch.Tensor)}


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
    """The first line of an exception, for a sentence: without the colours that torch gives some."""
    lines = _ANSI.sub("", str(error)).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def tell(text: str) -> None:
    """A line for the person, on stderr."""
    print(text, file=sys.stderr, flush=True)


def fit_weights(
    module: nn.Module, tensors: Mapping[str, Tensor], what: str, say: Callable[[str], None] = tell
) -> None:
    """Load `tensors` into `module`: all of them, and nothing left at its random start.

    A prefix that all of the module's names have (`model.` of a Lightning module, `module.` of DataParallel,
    one after the other) is dropped, and so is what belongs to a loss or a metric; `say` hears of the latter.
    Of tied weights one is enough.

    Raises
    ------
    WeightsError
        Naming what is missing, left over, or of another shape.
    """
    own = module.state_dict()
    twins = _twins(own)
    needed = {name for name in own if not name.endswith(_COUNTERS) and name not in twins}
    names, beside = _without_prefix(tensors, needed, what)
    ignored = sorted(name for name in beside if _OF_TRAINING.match(name))
    left = beside.keys() - set(ignored) | names.keys() - own.keys()
    given = {twins.get(name, name) for name in names}
    hint = ""
    if left and not needed - given:
        hint = (
            "If they belong to the model, name the class that has them; if only its training used them, save "
            "the model alone: torch.save(model.state_dict(), FILE)."
        )
    check_names(needed - given, left, what, hint)
    if ignored:
        say(f"left out of {what}, as they belong to the training: {_some(ignored)}")
    misshapen = [name for name in names if names[name].shape != own[name].shape]
    if misshapen:
        name = misshapen[0]
        raise WeightsError(
            f"{len(misshapen)} weights of {what} have another shape: '{name}' is {list(names[name].shape)}, "
            f"and the model expects {list(own[name].shape)}."
        )
    module.load_state_dict(dict(names), strict=False)


def _twins(own: Mapping[str, Tensor]) -> dict[str, str]:
    """Names of weights that are tied to another one, which some files hold once only, and that one's."""
    first: dict[tuple[int, tuple[int, ...]], str] = {}
    twins: dict[str, str] = {}
    for name, tensor in own.items():
        if tensor.numel():
            known = first.setdefault((tensor.data_ptr(), tuple(tensor.shape)), name)
            if known != name:
                twins[name] = known
    return twins


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


def _without_prefix(
    tensors: Mapping[str, Tensor], needed: Set[str], what: str
) -> tuple[Mapping[str, Tensor], Mapping[str, Tensor]]:
    """Tensors by the module's own names, and those that lie beside the module.

    Raises
    ------
    WeightsError
        If the whole module is there twice, under different prefixes.
    """
    # torch.compile puts its own word into the middle of names, too.
    if not any(_COMPILED in name for name in needed):
        tensors = {name.replace(_COMPILED, ""): tensor for name, tensor in tensors.items()}
    probe = max(needed, key=len, default="")
    prefixes = {name.removesuffix(probe) for name in tensors if name.endswith(probe)}
    whole = sorted(
        prefix
        for prefix in prefixes
        if (not prefix or (prefix.endswith(".") and not _OF_TRAINING.match(prefix)))
        and all(prefix + name in tensors for name in needed)
    )
    if len(whole) > 1 and whole[0]:
        raise WeightsError(
            f"The weights of {what} hold the model {len(whole)} times, under {_some(whole)}.",
            "Save the one that you mean: torch.save(model.state_dict(), FILE).",
        )
    # Where nothing fits whole, what all names share is dropped for the sake of the sentence about it.
    prefix = whole[0] if whole else _shared(tensors, needed)
    names = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    beside = {name: tensor for name, tensor in tensors.items() if not name.startswith(prefix)}
    if not prefix:
        beside = {n: t for n, t in names.items() if n not in needed and _OF_TRAINING.match(n)}
        names = {n: t for n, t in names.items() if n not in beside}
    return names, beside


def _shared(tensors: Mapping[str, Tensor], needed: Set[str]) -> str:
    """The prefix that all names share, if without it some are known that with it are not."""
    if tensors.keys() & needed:
        return ""
    parts = next(iter(tensors), "").split(".")[:-1]
    for count in range(len(parts), 0, -1):
        prefix = ".".join(parts[:count]) + "."
        if all(name.startswith(prefix) for name in tensors) and needed & {
            name.removeprefix(prefix) for name in tensors
        }:
            return prefix
    return ""


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
