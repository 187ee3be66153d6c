"""The checkpoint that training writes: `model.safetensors` and `model.json` (or YAML) in one folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.core.foreign_files import ReadError, read_regular
from export.errors import ExportError, LabelError
from export.safety import files_sha256, fit_weights, read_tensors
from export.sources.base import Facts, TorchSource, check_labels

if TYPE_CHECKING:
    from models.architectures.whisper.emotion_model import EmotionModel

WEIGHTS, CONFIG = "model.safetensors", "model.json"
CONFIGS = (CONFIG, "model.yaml", "model.yml")
_HINT = "Name the folder that 'emoscope-models train' wrote."


def load_trained(folder: Path, *, labels: Sequence[str] | None = None) -> TorchSource:
    """The model of a checkpoint folder (or of the `model.safetensors` in it).

    Parameters
    ----------
    labels : sequence of str, optional
        What the person believes that they are; they must be the checkpoint's own.

    Raises
    ------
    ExportError
        If the checkpoint cannot be read or does not fit its model.
    LabelError
        If `labels` are not the checkpoint's.
    """
    if folder.is_file() and folder.name == WEIGHTS:
        folder = folder.parent
    model, manifest = load_checkpoint(folder)
    own = tuple(model.config.labels)
    check_labels(own)
    if labels is not None and tuple(labels) != own:
        raise LabelError(
            f"The checkpoint {folder} was trained with the labels {', '.join(own)}, in this order.",
            "Leave --labels out: the checkpoint knows its own.",
        )
    facts = Facts(
        name=str(manifest.get("name", folder.resolve().name)),
        labels=own,
        sample_rate=model.sample_rate,
        weights_sha256=files_sha256([folder / WEIGHTS]),
        manifest=manifest,
    )
    return TorchSource(facts, model)


def load_checkpoint(folder: Path) -> tuple[EmotionModel, dict[str, Any]]:
    """The model, and the manifest fields that training knows.

    Raises
    ------
    WeightsError
        If weights are missing, left over or of another shape.
    ExportError
        If a file is missing or does not fit.
    """
    from models.architectures.whisper.emotion_model import EmotionModel, EmotionModelConfig

    config = read_config(folder)
    tensors = read_tensors(folder / WEIGHTS)
    try:
        model = EmotionModel(EmotionModelConfig.from_dict(config["model"]))
        manifest: dict[str, Any] = dict(config["manifest"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0]
        raise ExportError(f"The checkpoint {folder} does not describe a model: {first}", _HINT) from error
    fit_weights(model, tensors, f"the checkpoint {folder}")
    return model.eval(), manifest


def read_config(folder: Path) -> dict[str, Any]:
    """The configuration beside the weights: `model` and `manifest`.

    Raises
    ------
    ExportError
        If there is none, or it is neither JSON nor YAML with those two.
    """
    import yaml

    from models.yaml_files import MOST_CHARACTERS, load_yaml, yaml_problem

    path = next((folder / name for name in CONFIGS if (folder / name).is_file()), None)
    if path is None:
        raise ExportError(f"The checkpoint {folder} cannot be read: it has no {CONFIG} or model.yaml.", _HINT)
    try:
        text = read_regular(path, 4 * MOST_CHARACTERS, "configuration").decode("utf-8")
        config = json.loads(text) if path.suffix == ".json" else load_yaml(text)
    except ReadError as error:
        raise ExportError(error.message, error.hint or _HINT) from error
    except RecursionError as error:
        raise ExportError(
            f"The configuration {path} cannot be read: it is nested too deeply.", _HINT
        ) from error
    except (ValueError, yaml.YAMLError) as error:
        raise ExportError(f"The configuration {path} cannot be read: {yaml_problem(error)}", _HINT) from error
    if not isinstance(config, dict) or not all(
        isinstance(config.get(k), dict) for k in ("model", "manifest")
    ):
        raise ExportError(f"The configuration {path} does not hold 'model' and 'manifest'.", _HINT)
    return config


def save_checkpoint(folder: Path, model: EmotionModel, manifest: dict[str, Any]) -> None:
    """Write the model and what its manifest shall say (without self-test, date and hash)."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: t.contiguous() for name, t in model.state_dict().items()}, folder / WEIGHTS)
    text = json.dumps({"model": model.config.to_dict(), "manifest": manifest}, indent=1)
    (folder / CONFIG).write_text(text + "\n", encoding="utf-8")
