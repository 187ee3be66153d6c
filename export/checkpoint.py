"""The checkpoint that training writes: `model.safetensors` and `model.json` in one folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from export.errors import ExportError

if TYPE_CHECKING:
    from models.architectures.emotion_model import EmotionModel

WEIGHTS, CONFIG = "model.safetensors", "model.json"
_HINT = "Name the folder that 'emoscope-models train' wrote."


def load_checkpoint(folder: Path) -> tuple[EmotionModel, dict[str, Any]]:
    """The model, and the manifest fields that training knows.

    Raises
    ------
    ExportError
        If a file is missing or does not fit.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from models.architectures.emotion_model import EmotionModel, EmotionModelConfig

    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        model = EmotionModel(EmotionModelConfig.from_dict(config["model"]))
        model.load_state_dict(load_file(folder / WEIGHTS))
    except (OSError, SafetensorError) as error:
        raise ExportError(f"The checkpoint {folder} cannot be read: {error}.", _HINT) from error
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0]
        raise ExportError(f"The checkpoint {folder} does not fit the model: {first}", _HINT) from error
    return model.eval(), config["manifest"]


def save_checkpoint(folder: Path, model: EmotionModel, manifest: dict[str, Any]) -> None:
    """Write the model and what its manifest shall say (without self-test, date and hash)."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: t.contiguous() for name, t in model.state_dict().items()}, folder / WEIGHTS)
    text = json.dumps({"model": model.config.to_dict(), "manifest": manifest}, indent=1)
    (folder / CONFIG).write_text(text + "\n", encoding="utf-8")
