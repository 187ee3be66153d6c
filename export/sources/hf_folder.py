"""What any Hugging Face folder of a classifier holds: configuration, weights and model card, checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from desktop_app.core.foreign_files import ReadError, read_regular
from export.errors import ExportError, LabelError
from export.safety import check_names, first_line, inside, read_tensors, refuse_impostor
from export.torch_export import quietly

HINT: Final = "Name a folder as save_pretrained writes it: config.json, preprocessor_config.json, weights."
_INDEXES: Final = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_FILES: Final = ("model.safetensors", "pytorch_model.bin")
_MOST_JSON: Final = 16 * 2**20
"""Bytes. The largest configurations hold a vocabulary or a table of filters."""


def read_json(path: Path) -> Any:
    """The values of a small file. Raises ExportError where it is none."""
    refuse_impostor(path, "configuration")
    try:
        text = read_regular(path, _MOST_JSON, "configuration").decode("utf-8")
        return json.loads(text)
    except ReadError as error:
        raise ExportError(error.message, error.hint or HINT) from error
    except RecursionError as error:
        raise ExportError(f"{path} is not JSON that can be read: it is nested too deeply.", HINT) from error
    except ValueError as error:
        raise ExportError(f"{path} is not JSON: {first_line(error)}.", HINT) from error


def check_id2label(raw: Mapping[str, Any], folder: Path) -> None:
    """Labels numbered from 0 without a gap, and the two tables of the configuration in agreement."""
    id2label, label2id = raw.get("id2label"), raw.get("label2id")
    if not isinstance(id2label, dict):
        return
    if sorted(map(str, id2label)) != sorted(map(str, range(len(id2label)))):
        raise LabelError(
            f"The numbers of id2label in {folder} are {', '.join(map(str, id2label))}: they have a gap."
        )
    if isinstance(label2id, dict):
        for number, label in id2label.items():
            if label in label2id and str(label2id[label]) != str(number):
                raise LabelError(
                    f"{folder} contradicts itself: id2label calls output {number} '{label}', and label2id "
                    f"gives '{label}' the number {label2id[label]}.",
                    "One of the two tables of config.json has its labels swapped.",
                )


def weight_files(folder: Path) -> list[Path]:
    """The files of the weights: safetensors if there are any, one or several.

    Raises
    ------
    UnsafeFileError
        If an index names a file outside of the folder.
    ExportError
        If there are none.
    """
    for single, index in zip(_FILES, _INDEXES, strict=True):
        if (folder / single).is_file():
            return [folder / single]
        if (folder / index).is_file():
            try:
                names = set(read_json(folder / index)["weight_map"].values())
            except (KeyError, TypeError, AttributeError) as error:
                raise ExportError(f"{folder / index} cannot be read: {first_line(error)}.", HINT) from error
            return [inside(folder, str(name)) for name in sorted(names)]
    raise ExportError(f"{folder} holds no weights ({' or '.join(_FILES)}).", HINT)


def read_weights(folder: Path, *, trust_pickle: bool) -> tuple[list[Path], dict[str, Tensor]]:
    """The files of the weights, and all tensors in them. Raises as `weight_files` and `read_tensors`."""
    files = weight_files(folder)
    tensors: dict[str, Tensor] = {}
    for path in files:
        tensors.update(read_tensors(path, trust_pickle=trust_pickle))
    return files, tensors


def stock_model(
    kind: Any,
    config: Any,
    tensors: dict[str, Tensor],
    folder: Path,
    *,
    may_lack: tuple[str, ...] = (),
    may_be_left: tuple[str, ...] = (),
    of_another_class: str = ".",
) -> nn.Module:
    """A class of transformers with every weight of it loaded: else its head would stay random.

    Parameters
    ----------
    kind : type
        The stock class of the model type.
    may_lack, may_be_left : tuple of str
        Ends of the names of weights that may be missing, or have no place in the network.
    of_another_class : str
        The end of the sentence that the folder was trained as something else.

    Raises
    ------
    ExportError
        The class does not accept the weights, or some are missing or left over.
    """
    try:
        with quietly():
            model, info = kind.from_pretrained(
                None,
                config=config,
                state_dict=tensors,
                output_loading_info=True,
                ignore_mismatched_sizes=True,
                dtype=torch.float32,
                attn_implementation="eager",
            )
    except Exception as error:
        raise ExportError(f"{folder} is not accepted by {kind.__name__}: {first_line(error)}") from error
    trained = next(iter(getattr(config, "architectures", None) or ()), kind.__name__)
    hint = (
        f"The folder was trained as {trained}, not as {kind.__name__}{of_another_class}"
        if trained != kind.__name__
        else "The folder holds no trained classifier: a missing weight would stay random."
    )
    missing = {name for name in info["missing_keys"] if not name.endswith(may_lack)}
    unexpected = {name for name in info["unexpected_keys"] if not name.endswith(may_be_left)}
    misshapen = {name for name, *_ in info["mismatched_keys"]}
    check_names(missing | misshapen, unexpected, str(folder), hint)
    loaded: nn.Module = model.eval()
    return loaded


def card_header(folder: Path) -> str:
    """The header of the model card, in YAML; empty if there is none."""
    try:
        card = read_regular(folder / "README.md", _MOST_JSON, "model card").decode("utf-8", "replace")
    except ReadError:
        return ""
    header = re.match(r"---\n(.*?)\n---", card, flags=re.DOTALL)
    return header[1] if header else ""


def licence_of(folder: Path) -> str:
    """The licence that the model card names in its header, or nothing."""
    line = re.search(r"^license:\s*([\w.+-]+)\s*$", card_header(folder), flags=re.MULTILINE)
    return line[1] if line else ""
