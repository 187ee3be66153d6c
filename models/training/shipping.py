"""What was measured of a recipe: as a file of figures, and in the manifest of its model file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from desktop_app.core.foreign_files import ReadError, read_regular
from desktop_app.core.safe_files import write_text
from models.corpora.registry import READERS
from models.corpora.views import TRIMMED, WHOLE
from models.data.clip_table import ClipTable
from models.errors import TrainingError
from models.training.calibration import Calibration

MIN_SECONDS, MAX_SECONDS = 0.4, 10.0
_PASSED_ON = "CC BY-NC-SA 4.0"
_MOST_FIGURES = 64_000_000  # bytes
_FIGURES_HINT = "They are the figures.json that 'emoscope-models train' wrote into its folder."


def manifest_facts(
    table: ClipTable, name: str, figures: dict[str, Any], calibration: Calibration
) -> dict[str, Any]:
    """What the manifest says beside labels, rate, hash and self-test."""
    split = hashlib.sha256("\n".join(sorted(table.sounds)).encode()).hexdigest()
    whole = figures["views"][WHOLE.name]
    trimmed = figures["views"][TRIMMED.name]
    return {
        "name": name,
        "min_seconds": MIN_SECONDS,
        "max_seconds": MAX_SECONDS,
        "temperature": calibration.temperature,
        "abstain_below": calibration.threshold,
        "trained_on": {
            "corpora": list(dict.fromkeys(table.corpora.tolist())),
            "speakers": table.voices() or None,
            "split_sha256": split,
        },
        "metrics": {
            "protocol": figures["protocol"],
            "uar": round(whole["uar"], 4),
            "accuracy": round(whole["accuracy"], 4),
            "ece": round(whole["ece"], 4),
            "uar_interval": whole["uar_interval"] and [round(x, 4) for x in whole["uar_interval"]],
            "test_speakers": whole["speakers"],
            "uar_trimmed": round(trimmed["uar"], 4),
        },
        "licence": _licence(table),
    }


def _licence(table: ClipTable) -> str:
    """The strictest that the corpora ask for, if it must be passed on; else what each of them asks for."""
    found = {name: READERS[reader].licence for name, (reader, _) in table.places.items()}
    if _PASSED_ON in found.values():
        return _PASSED_ON
    return "; ".join(f"{name}: {licence}" for name, licence in found.items())


def read_figures(path: Path) -> dict[str, Any]:
    """What `train` measured earlier. Raises TrainingError."""
    try:
        found = json.loads(read_regular(path, _MOST_FIGURES, "figures"))
    except (ReadError, ValueError, RecursionError) as error:
        raise TrainingError(f"The figures {path} cannot be read.", _FIGURES_HINT) from error
    parts = {"protocol", "views", "unseen_speakers", "corpus_left_out", "noise_confident", "calibration"}
    if not isinstance(found, dict) or not parts <= set(found):
        raise TrainingError(f"{path} holds no figures of a run.", _FIGURES_HINT)
    return found


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write figures, readable by people too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(data, indent=1) + "\n", "file of figures")
