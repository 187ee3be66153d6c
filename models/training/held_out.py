"""A network that has never met some speakers, and what it makes of them under each condition.

What is slow is kept in the run's folder: a second call reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from desktop_app.core.types import FloatArray
from models.architectures.emotion_model import EmotionModel
from models.corpora.base import read_waveform
from models.evaluation.degradations import degrade
from models.evaluation.metrics import softmax
from models.evaluation.noise_bank import NoiseBank
from models.evaluation.protocols import Split, inner_folds
from models.training.calibration import fit_temperature, fit_threshold
from models.training.config import RunConfig
from models.training.fit import fit
from models.training.head import Head, balance
from models.training.material import Material, Rows, build_model
from models.training.recipe import Progress, Sources

CHOICE_CONDITIONS = ("whole", "trimmed")
COVERAGE = 0.8
_MAX_SECONDS = 30


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """The trained head, calibrated on inner speakers, and embeddings [tested, dim] under each condition."""

    rows: Rows
    head: Head
    temperature: float
    threshold: float
    embeddings: dict[str, FloatArray]

    def probabilities(self, condition: str) -> npt.NDArray[np.float64]:
        """Calibrated [tested clips, classes], without a profile."""
        return softmax(self.head.logits(self.embeddings[condition]), self.temperature)


def head_of(model: EmotionModel) -> Head:
    """The linear head of a network, with the voice that it expects."""
    return Head(
        model.voice_mean.numpy().copy(),
        model.voice_std.numpy().copy(),
        model.head.weight.detach().numpy().copy(),
        model.head.bias.detach().numpy().copy(),
    )


def embed(
    model: EmotionModel,
    material: Material,
    rows: Rows,
    condition: str,
    *,
    noise: NoiseBank,
    progress: Progress | None = None,
) -> FloatArray:
    """Embeddings [marked clips, dim] of the clips under a condition of `degradations`."""
    out = []
    chosen = np.flatnonzero(rows)
    for done, row in enumerate(chosen, start=1):
        clip = material.clips[row]
        waveform = degrade(condition, read_waveform(clip.path), material.hashes[clip.path], noise)
        with torch.inference_mode():
            wave = torch.from_numpy(np.ascontiguousarray(waveform[: _MAX_SECONDS * model.sample_rate]))
            out.append(model.embed(wave[None])[0].numpy())
        if progress is not None:
            progress(condition, done, len(chosen))
    return np.stack(out)


def hold_out(
    material: Material,
    split: Split,
    config: RunConfig,
    folder: Path,
    *,
    sources: Sources,
    conditions: Sequence[str],
) -> HeldOut:
    """Train on `split.train`, calibrated on some of its speakers by a network without them; embed the test.

    Parameters
    ----------
    folder : Path
        Of this split, for checkpoints and embeddings.
    conditions : sequence of str
        Under which the tested clips are embedded.
    """
    train, test = split.train, split.test
    stamp = _stamp(material, train, test, config)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "head.npz"
    known = _load(file, stamp)
    model: EmotionModel | None = None

    def network() -> EmotionModel:
        nonlocal model
        if model is None:
            none = np.zeros_like(train)
            model = _network(folder, stamp, material, train, none, config=config, sources=sources)
        return model

    if not known:
        temperature, threshold = _calibrate(material, train, config, folder, stamp, sources=sources)
        head = head_of(network())
        known = {
            "mean": head.mean,
            "std": head.std,
            "weight": head.weight,
            "bias": head.bias,
            "calibration": np.array([temperature, threshold]),
            "encoder": np.array(_digest(network())),
        }
        _save(file, stamp, known)
    store = _Store(folder.parent, str(known["encoder"]))
    head = Head(known["mean"], known["std"], known["weight"], known["bias"])
    return HeldOut(
        test,
        head,
        float(known["calibration"][0]),
        float(known["calibration"][1]),
        {name: store.get(network, material, test, name, sources) for name in conditions},
    )


def _calibrate(
    material: Material, train: Rows, config: RunConfig, folder: Path, stamp: str, *, sources: Sources
) -> tuple[float, float]:
    """Temperature and threshold on training speakers that a network of the same recipe was not trained on."""
    folds = min(config.inner_folds, len(set(material.speakers[train])))
    fitting, inner = inner_folds(material.clips, train, material.hashes, folds)[0]
    model = _network(folder, f"{stamp}-inner", material, fitting, inner, config=config, sources=sources)
    store = _Store(folder.parent, _digest(model))
    head = head_of(model)
    logits = np.concatenate(
        [head.logits(store.get(lambda: model, material, inner, name, sources)) for name in CHOICE_CONDITIONS]
    )
    targets = np.tile(material.targets[inner], len(CHOICE_CONDITIONS))
    # Each speaker counts the same: what the analyzer meets is a new speaker, not a new corpus.
    counts = balance(np.zeros(int(inner.sum()), np.int64), material.speakers[inner])
    counts = np.tile(counts, len(CHOICE_CONDITIONS))
    temperature = fit_temperature(logits, targets, counts)
    return temperature, fit_threshold(softmax(logits, temperature), counts, COVERAGE)


class _Store:
    """Embeddings of clips by one encoder, on disk: splits that share an encoder share them."""

    def __init__(self, folder: Path, encoder: str) -> None:
        self._folder, self._encoder = folder, encoder

    def get(
        self,
        network: Callable[[], EmotionModel],
        material: Material,
        rows: Rows,
        condition: str,
        sources: Sources,
    ) -> FloatArray:
        """Embeddings [marked clips, dim] under a condition; what is missing is computed and kept."""
        file = self._folder / f"embeddings-{self._encoder}-{condition}.npz"
        known: dict[str, npt.NDArray[np.float16]] = {}
        if file.is_file():
            with np.load(file) as data:
                known = dict(zip(data["sound"].tolist(), data["embedding"], strict=True))
        sounds = material.sounds
        missing = rows & ~np.isin(sounds, list(known))
        if missing.any():
            found = embed(
                network(), material, missing, condition, noise=sources.noise, progress=sources.progress
            )
            known |= dict(zip(sounds[missing].tolist(), found.astype(np.float16), strict=True))
            part = file.with_suffix(".part")
            with part.open("wb") as stream:
                np.savez(stream, sound=np.array(list(known)), embedding=np.stack(list(known.values())))
            part.replace(file)
        return np.stack([known[sound] for sound in sounds[rows]]).astype(np.float32)


def _digest(model: EmotionModel) -> str:
    """Names an encoder by what it has learnt."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.encoder.state_dict().items()):
        digest.update(name.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()[:12]


def _network(
    folder: Path,
    stamp: str,
    material: Material,
    fitting: Rows,
    inner: Rows,
    *,
    config: RunConfig,
    sources: Sources,
) -> EmotionModel:
    """The network of this split: from the folder if it is there, trained otherwise."""
    file = folder / f"network-{stamp}.pt"
    if file.is_file():
        model = build_model(sources.weights, config.layers, config.pool_layers)
        model.load_state_dict(torch.load(file, weights_only=True))
        return model.eval()
    model = fit(
        material,
        fitting,
        inner,
        config,
        weights=sources.weights,
        folder=folder / f"fit-{stamp}",
        noises=sources.noises,
    )
    torch.save(model.state_dict(), file)
    return model


def _stamp(material: Material, train: Rows, test: Rows, config: RunConfig) -> str:
    """Names the split and the configuration: what was kept for others is not used."""
    text = json.dumps(config.model_dump(), sort_keys=True, default=str)
    sounds = material.sounds
    parts = [text, *sorted(sounds[train]), "|", *sorted(sounds[test])]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _load(file: Path, stamp: str) -> dict[str, npt.NDArray[Any]]:
    if not file.is_file():
        return {}
    with np.load(file) as data:
        return {name: data[name] for name in data.files if name != "stamp"} if data["stamp"] == stamp else {}


def _save(file: Path, stamp: str, known: dict[str, npt.NDArray[Any]]) -> None:
    part = file.with_suffix(".part")
    arrays: Any = known
    with part.open("wb") as stream:
        np.savez(stream, stamp=np.array(stamp), **arrays)
    part.replace(file)
