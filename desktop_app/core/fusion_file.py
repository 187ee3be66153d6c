"""Fusions on disk: one small JSON file, tied by their hashes to the two models that it was made with."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.foreign_files import ReadError, impostor, read_regular
from desktop_app.core.fusion import FusedModel, Fusion, FusionError, Weights
from desktop_app.core.own_json import NotOwnError, own_values
from desktop_app.core.safe_files import printable_path, write_text

ENDING: Final = ".fusion.json"
KIND: Final = "emoscope fusion"
FORMAT_VERSION: Final = 1
_MAX_BYTES: Final = 1_000_000
_MOST_LABELS: Final = 1000
_AGAIN: Final = "Make one with: emoscope-models fuse"


def write_fusion(path: Path | str, fusion: Fusion) -> None:
    """Write a fusion in one step. Raises WriteError."""
    data = {
        "kind": KIND,
        "format_version": FORMAT_VERSION,
        "voice": fusion.voice.data(),
        "text": fusion.text.data(),
        "weights": {
            label: {
                "voice": round(one.voice, 6),
                "words": round(one.words, 6),
                "bias": round(one.bias, 6),
            }
            for label, one in zip(fusion.voice.labels, fusion.weights, strict=True)
        },
        "fitted": dict(fusion.fitted),
    }
    write_text(path, json.dumps(data, indent=1, allow_nan=False, ensure_ascii=False) + "\n", "fusion")


def read_fusion(path: Path | str) -> Fusion:
    """Read and check a file; whether it belongs to two models, `Fusion.check` tells.

    Raises
    ------
    FusionError
        With one sentence (`fusion.file`): it cannot be read, or is no fusion.
    """
    path = Path(path)
    try:
        content = read_regular(path, _MAX_BYTES, "fusion")
    except ReadError as error:
        raise FusionError(error.message, error.hint or _AGAIN, code="fusion.file") from error
    other = impostor(content)
    if other is not None:
        raise _broken(path, f"it is {other.name}")
    try:
        data = own_values(content, KIND, FORMAT_VERSION)
    except NotOwnError as error:
        raise _broken(path, str(error)) from error
    try:
        voice, text = _model(data["voice"]), _model(data["text"])
        weights = tuple(_weights(data["weights"][label]) for label in voice.labels)
        return Fusion(voice, text, weights, dict(data["fitted"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _broken(path, "a field is missing or damaged") from error


def file_sha256(path: Path | str) -> str:
    """Of a model file, in hexadecimal. Raises FusionError (`fusion.file`) where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "its name is not valid").lower()
        raise FusionError(
            f"The file '{printable_path(path)}' cannot be read: {why}.", code="fusion.file"
        ) from error


def _model(data: dict[str, Any]) -> FusedModel:
    name, sha256, labels = data["name"], data["sha256"], tuple(data["labels"])
    texts = (name, sha256, *labels)
    if not all(isinstance(text, str) and text.isprintable() for text in texts):
        raise ValueError("text")
    if not 2 <= len(labels) <= _MOST_LABELS or len(set(labels)) != len(labels):
        raise ValueError("labels")
    return FusedModel(name, sha256, labels)


def _weights(data: dict[str, Any]) -> Weights:
    numbers = (data["voice"], data["words"], data["bias"])
    if not all(type(number) in (int, float) and abs(number) < 1e3 for number in numbers):
        raise ValueError("numbers")
    if data["voice"] < 0 or data["words"] < 0:  # neither ever speaks against what it says
        raise ValueError("negative weights")
    return Weights(*map(float, numbers))


def _broken(path: Path, why: str) -> EmoscopeError:
    return FusionError(
        f"The file '{printable_path(path)}' is refused as a fusion: {why}.", _AGAIN, code="fusion.file"
    )
