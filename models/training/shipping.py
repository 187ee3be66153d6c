"""The network that ships: trained on every clip, with what was measured of it in its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.foreign_files import ReadError, read_regular
from desktop_app.core.safe_files import write_text
from desktop_app.core.types import FloatArray
from models.architectures.whisper.emotion_model import EmotionModel
from models.corpora.base import read_waveform
from models.corpora.registry import READERS
from models.corpora.views import TRIMMED, WHOLE
from models.data.clip_table import ClipTable
from models.data.material import Material
from models.errors import TrainingError
from models.recipes.config import RunConfig
from models.training.calibration import Calibration
from models.training.held_out import stamp_of, trained
from models.training.sources import Sources
from models.training.whisper.gated_head import GatedHead

MIN_SECONDS, MAX_SECONDS = 0.4, 10.0
_PASSED_ON = "CC BY-NC-SA 4.0"
_MOST_FIGURES = 64_000_000  # bytes
_FIGURES_HINT = "They are the figures.json that 'emoscope-models train' wrote into its folder."


def protocol_of(material: Material, config: RunConfig) -> str:
    """How its figures are measured, in words."""
    tested = material.corpus_named(config.test_corpus)
    return (
        f"{tested}, {config.folds} folds with disjoint speakers of all corpora, whole clips; "
        "temperature and threshold on inner speakers"
    )


def fit_final(material: Material, config: RunConfig, folder: Path, sources: Sources) -> EmotionModel:
    """The network that ships, from every clip; kept in `folder`, so that figures can come later."""
    everything = np.ones(len(material.clips), dtype=bool)
    stamp = stamp_of(material, everything, config, sources)
    folder.mkdir(parents=True, exist_ok=True)
    return trained(folder, stamp, material, everything, ~everything, config=config, sources=sources)


def calibration_of(figures: dict[str, Any]) -> Calibration:
    """The mean of what the folds found on inner speakers; of scales, the geometric one."""
    found = [Calibration(**fold) for fold in figures["calibration"]]

    def mean(values: Iterable[float]) -> float:
        return round(float(np.exp(np.mean(np.log(list(values))))), 4)

    return Calibration(
        temperature=mean(fold.temperature for fold in found),
        threshold=round(float(np.mean([fold.threshold for fold in found])), 4),
        doubt_s=mean(fold.doubt_s for fold in found),
        known_scale=mean(fold.known_scale for fold in found),
    )


def calibrate(model: EmotionModel, calibration: Calibration) -> EmotionModel:
    """The network with what of the calibration the graph itself computes."""
    out = EmotionModel(replace(model.config, doubt_s=calibration.doubt_s))
    out.load_state_dict(model.state_dict())
    GatedHead.of(model).with_known_scaled(calibration.known_scale).put_into(out)
    return out.eval()


def manifest_facts(
    material: Material | ClipTable, name: str, figures: dict[str, Any], calibration: Calibration
) -> dict[str, Any]:
    """What the manifest says beside labels, rate, hash and self-test."""
    split = hashlib.sha256("\n".join(sorted(material.sounds)).encode()).hexdigest()
    whole = figures["views"][WHOLE.name]
    trimmed = figures["views"][TRIMMED.name]
    return {
        "name": name,
        "min_seconds": MIN_SECONDS,
        "max_seconds": MAX_SECONDS,
        "temperature": calibration.temperature,
        "abstain_below": calibration.threshold,
        "trained_on": {
            "corpora": list(dict.fromkeys(material.corpora.tolist())),
            "speakers": _speakers(material),
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
        "licence": _licence(material),
    }


def _speakers(material: Material | ClipTable) -> int | None:
    """How many are known; None if none is."""
    if isinstance(material, ClipTable):
        return material.voices() or None
    return len(set(material.speakers))


def _licence(material: Material | ClipTable) -> str:
    """The strictest that the corpora ask for, if it must be passed on; else what each of them asks for."""
    found = {name: READERS[reader].licence for name, (reader, _) in material.places.items()}
    if _PASSED_ON in found.values():
        return _PASSED_ON
    return "; ".join(f"{name}: {licence}" for name, licence in found.items())


def sample_waveforms(material: Material, count: int = 120) -> list[FloatArray]:
    """Training clips for the bias correction of a quantised file, evenly drawn, half of them trimmed."""
    step = max(1, len(material.clips) // count)
    out = []
    for number, clip in enumerate(material.clips[::step]):
        view = TRIMMED if number % 2 else WHOLE
        out.append(view.cut(read_waveform(clip.path), material.hashes[clip.path]))
    return out


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
