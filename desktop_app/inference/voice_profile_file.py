"""Voice profiles on disk: one small JSON file, tied to the model file by its hash."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.core.foreign_files import ReadError, impostor, read_regular
from desktop_app.core.own_json import NotOwnError, own_values
from desktop_app.core.safe_files import WriteError, printable_path, write_text
from desktop_app.inference.voice_moods import Float64Array, MoodSums
from desktop_app.inference.voice_profile import (
    VoiceModel,
    VoiceProfile,
    VoiceProfileError,
    VoiceSums,
)

KIND: Final = "emoscope voice profile"
FORMAT_VERSION: Final = 3  # 3: means of the answers, in place of products
MAX_BYTES: Final = 4_000_000  # 90 times a profile of the shipped model
_LIFETIME_S: Final = 4e9
_MOST_A_SECOND: Final = 1000  # stretches of speech
_AGAIN: Final = "Make it again with: emoscope profile build"


@dataclass(frozen=True, slots=True, eq=False)
class StoredProfile:
    """What a file of a voice profile holds, before it is known to belong to a loaded model."""

    model_name: str
    model_sha256: str
    saved: str
    sums: VoiceSums


def save_profile(profile: VoiceProfile, path: Path | str) -> None:
    """Write a profile in one step, readable by its owner alone. Raises VoiceProfileError."""
    sums = profile.sums
    data = {
        "kind": KIND,
        "format_version": FORMAT_VERSION,
        "model": {"name": profile.model.name, "sha256": profile.model.sha256},
        "saved": datetime.now(UTC).isoformat(timespec="seconds"),
        "segments": sums.segments,
        "seconds": sums.seconds,
        "weight": sums.weight,
        "mean": _encoded(sums.mean),
        "scatter": _encoded(sums.scatter),
        "moods": {
            "weight": sums.moods.weight,
            "count": sums.moods.count,
            "mean": sums.moods.mean.tolist(),
            "squares": sums.moods.squares.tolist(),
        },
    }
    try:
        write_text(
            path, json.dumps(data, indent=1, allow_nan=False) + "\n", what="voice profile", private=True
        )
    except WriteError as error:
        raise VoiceProfileError(error.message, error.hint) from error


def load_profile(path: Path | str, model: VoiceModel) -> VoiceProfile:
    """Read a profile made with `model`.

    Raises
    ------
    VoiceProfileError
        With one sentence: the file cannot be read, is no voice profile, or belongs to another model.
    """
    stored = read_profile(path)
    if stored.model_sha256 != model.sha256:
        name = printable_path(path)
        other = f"the model '{stored.model_name}'"
        other = (
            f"another version of {other}"
            if stored.model_name == model.name
            else f"{other}, not '{model.name}'"
        )
        raise VoiceProfileError(f"The voice profile '{name}' was made with {other}.", _AGAIN)
    if stored.sums.mean.size != model.dim:
        raise _broken(path, "its size is not the model's")
    return VoiceProfile(model, stored.sums)


def read_profile(path: Path | str) -> StoredProfile:
    """Read and check a file without its model. Raises VoiceProfileError."""
    path = Path(path)
    try:
        content = read_regular(path, MAX_BYTES, "voice profile")
    except ReadError as error:
        missing = error.code == "read.not_found"
        raise VoiceProfileError(
            error.message,
            "Make one with: emoscope profile build" if missing else error.hint,
            code=error.code.replace("read.", "profile.", 1),
        ) from error
    other = impostor(content)
    if other is not None:
        name = printable_path(path)
        raise VoiceProfileError(
            f"The voice profile '{name}' is {other.name}.", other.hint, code=f"profile.{other.code}"
        )
    try:
        data = own_values(content, KIND, FORMAT_VERSION)
    except NotOwnError as error:
        raise _broken(path, str(error)) from error
    try:
        return _parsed(data)
    except (KeyError, TypeError, ValueError, OverflowError, binascii.Error) as error:
        raise _broken(path, "a field is missing or damaged") from error


def _parsed(data: dict[str, Any]) -> StoredProfile:
    model, moods = data["model"], data["moods"]
    if type(data["segments"]) is not int or not 0 <= data["segments"] <= data["seconds"] * _MOST_A_SECOND:
        raise ValueError("stretches")
    sums = VoiceSums(
        segments=data["segments"],
        seconds=float(data["seconds"]),
        weight=float(data["weight"]),
        mean=_decoded(data["mean"]),
        scatter=_decoded(data["scatter"]),
        moods=MoodSums(
            weight=float(moods["weight"]),
            count=float(moods["count"]),
            mean=np.array(moods["mean"], dtype=np.float64),
            squares=np.array(moods["squares"], dtype=np.float64),
        ),
    )
    if not (sums.moods.weight <= sums.weight * (1 + 1e-9) and sums.moods.count <= sums.segments):
        raise ValueError("answers")
    if not (0 <= sums.weight <= sums.seconds * (1 + 1e-9) and sums.seconds <= _LIFETIME_S):
        raise ValueError("amount of speech")
    if (sums.segments > 0) != (sums.weight > 0):
        raise ValueError("amount of speech")
    if (
        sums.mean.size != sums.scatter.size
        or np.any(sums.scatter < 0)
        or (np.any(sums.scatter) and not sums.weight)
    ):
        raise ValueError("scatter")
    texts = (model["name"], model["sha256"], data["saved"])
    if not all(isinstance(text, str) and text.isprintable() for text in texts):
        raise ValueError("text")
    return StoredProfile(model["name"], model["sha256"], data["saved"], sums)


def _encoded(values: Float64Array) -> str:
    return base64.b64encode(values.astype("<f8").tobytes()).decode("ascii")


def _decoded(text: str) -> Float64Array:
    values = np.frombuffer(base64.b64decode(text, validate=True), dtype="<f8").astype(np.float64)
    if values.size == 0 or not np.all(np.abs(values) < np.finfo(np.float32).max):
        raise ValueError("numbers")
    return values


def _broken(path: Path | str, why: str) -> VoiceProfileError:
    return VoiceProfileError(
        f"The file '{printable_path(path)}' is refused as a voice profile: {why}.", _AGAIN
    )
