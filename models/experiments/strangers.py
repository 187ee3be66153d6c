"""Streams of speech by people whom the network that judges them has not heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from desktop_app.core.errors import CallError
from desktop_app.core.types import FloatArray, Prediction
from models.architectures.whisper.emotion_model import EmotionModel
from models.corpora.base import SAMPLE_RATE, read_waveform
from models.corpora.views import trim
from models.evaluation.metrics import softmax
from models.evaluation.protocols import splits
from models.experiments.smoothing_study import CLIPS, Step, join, replay
from models.training.trained import Say
from models.training.whisper.held_out import hold_out, is_trained
from models.training.whisper.material import Material, Sources
from models.training.whisper.run_config import RunConfig
from models.training.whisper.shipping import calibrate


@dataclass(frozen=True, slots=True, eq=False)
class NetworkPredictor:
    """A network that is not a file yet, as the analyzer's chain asks for one."""

    network: EmotionModel
    temperature: float
    abstain_below: float

    @property
    def labels(self) -> tuple[str, ...]:
        return self.network.config.labels

    @property
    def dimensions(self) -> tuple[str, ...]:
        return ()

    @property
    def sample_rate(self) -> int:
        return SAMPLE_RATE

    def predict(self, waveform: FloatArray) -> Prediction:
        """Rate a waveform [samples]."""
        with torch.inference_mode():
            logits, _ = self.network(torch.tensor(waveform)[None])
        chances = softmax(logits.numpy(), self.temperature)[0]
        best = int(chances.argmax())
        return Prediction(
            self.labels,
            tuple(chances.tolist()),
            self.labels[best],
            float(chances[best]),
            bool(chances[best] < self.abstain_below),
        )


def streams_of_strangers(
    material: Material, config: RunConfig, folder: Path, sources: Sources, say: Say
) -> tuple[list[list[Step]], float]:
    """What the analyzer says of each speaker of the test corpus, one stream each, and the mean threshold.

    Raises
    ------
    CallError
        If the run's folder lacks a network of this configuration; none is trained here.
    """
    plan = [
        (split, folder / split.name.replace(" ", "-"))
        for split in splits("speaker-folds", material.clips, material.hashes, count=config.folds)
    ]
    for split, place in plan:
        if not is_trained(material, split, config, place, sources):
            raise CallError(
                f"{folder} holds no network of {split.name} by this configuration, with these corpora.",
                "Train it first: emoscope-models train CONFIG.yaml --out FOLDER.",
            )
    tested = material.corpora == material.corpus_named(config.test_corpus)
    found: list[list[Step]] = []
    thresholds = []
    for split, place in plan:
        mine = replace(split, test=split.test & tested)
        held = hold_out(material, mine, config, place, sources=sources, conditions=())
        thresholds.append(held.calibration.threshold)
        network = calibrate(held.network(), held.calibration)
        predictor = NetworkPredictor(network, held.calibration.temperature, held.calibration.threshold)
        for speaker in np.unique(material.speakers[mine.test]):
            rows = np.flatnonzero(mine.test & (material.speakers == speaker))
            rng = np.random.default_rng(len(found))
            rows = rng.permutation(rows)[:CLIPS]
            clips = [trim(read_waveform(material.clips[row].path), SAMPLE_RATE, 0.0) for row in rows]
            stream, starts = join(clips, SAMPLE_RATE, len(found))
            found.append(list(replay(stream, starts, material.targets[rows].tolist(), predictor)))
            say(f"{speaker}: {len(found[-1])} results in {len(stream) / SAMPLE_RATE:.0f} s")
    return found, float(np.mean(thresholds))
