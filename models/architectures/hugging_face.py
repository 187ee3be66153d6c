"""Weights of others from a folder that `save_pretrained` wrote; nothing is fetched, no code of it runs."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn

from models.errors import NotHereError, TrainingError

_HINT = "Name a folder as save_pretrained writes it: config.json and model.safetensors."
_NOT_NEEDED = ("masked_spec_embed",)
"""Used only to train the encoder itself; many folders lack it."""


def folder_named(text: str) -> Path:
    """The folder that a recipe names: a path, or `$NAME` of a variable of the environment that holds one.

    Raises
    ------
    NotHereError
        If there is no such variable, or no such folder.
    """
    named = os.environ.get(text[1:], "") if text.startswith("$") else text
    if not named:
        raise NotHereError(
            f"The folder of the trained weights is not named: {text[1:]} is not set.",
            f"Set {text[1:]} to a folder as save_pretrained writes it.",
        )
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise NotHereError(f"The folder {folder} of trained weights does not exist.", _HINT)
    return folder


def folder_state(folder: Path) -> str:
    """Differs where the folder is another or one of its files has been replaced: what was made of it is old.

    By names, sizes and times, since weights may be gigabytes.
    """
    digest = hashlib.sha256(str(folder.resolve()).encode("utf-8", "replace"))
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            facts = path.stat()
            name = path.relative_to(folder).as_posix()
            digest.update(f"\0{name} {facts.st_size} {facts.st_mtime_ns}".encode("utf-8", "replace"))
    return digest.hexdigest()


def read_settings(folder: Path, name: str = "config.json") -> dict[str, Any]:
    """The values of a JSON file of a folder.

    Raises
    ------
    TrainingError
        If there is no such file, or it holds no table of values.
    """
    try:
        values = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder / name} cannot be read: {error}.", _HINT) from error
    if not isinstance(values, dict):
        raise TrainingError(f"{folder / name} holds no table of values.", _HINT)
    return values


def load_trained(kind: Any, folder: Path, model_type: str, **settings: Any) -> nn.Module:
    """The model of a folder, as float32.

    Parameters
    ----------
    kind : type
        The class of transformers that it becomes.
    model_type : str
        What its config.json must call itself.
    settings
        That take the place of those of config.json.

    Raises
    ------
    TrainingError
        If the folder holds another model, cannot be read, or lacks a weight, which would stay random.
    """
    found = read_settings(folder).get("model_type")
    if found != model_type:
        raise TrainingError(
            f"{folder} holds a model of the type {found!r}, and {model_type!r} is wanted.",
            "Take another folder, or the family of that type.",
        )
    try:
        with quietly():
            model, info = kind.from_pretrained(
                folder,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
                dtype=torch.float32,
                **settings,
            )
    except Exception as error:  # whatever its files make it stumble over
        first = str(error).strip().splitlines() or [type(error).__name__]
        raise TrainingError(f"{folder} cannot be loaded: {first[0]}", _HINT) from error
    missing = sorted(name for name in info["missing_keys"] if not name.endswith(_NOT_NEEDED))
    if missing:
        raise TrainingError(
            f"{folder} lacks {len(missing)} weights, such as {missing[0]}; they would stay random.", _HINT
        )
    trained: nn.Module = model
    return trained


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without what transformers prints and logs while it builds and loads."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
