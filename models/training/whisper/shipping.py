"""The Whisper network as it ships: trained on every clip, calibrated as its folds found it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.types import FloatArray
from models.architectures.whisper.emotion_model import EmotionModel
from models.corpora.base import read_waveform
from models.corpora.views import TRIMMED, WHOLE
from models.training.calibration import Calibration
from models.training.whisper.gated_head import GatedHead
from models.training.whisper.held_out import stamp_of, trained
from models.training.whisper.material import Material, Sources
from models.training.whisper.run_config import RunConfig


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


def sample_waveforms(material: Material, count: int = 120) -> list[FloatArray]:
    """Training clips for the bias correction of a quantised file, evenly drawn, half of them trimmed."""
    step = max(1, len(material.clips) // count)
    out = []
    for number, clip in enumerate(material.clips[::step]):
        view = TRIMMED if number % 2 else WHOLE
        out.append(view.cut(read_waveform(clip.path), material.hashes[clip.path]))
    return out
