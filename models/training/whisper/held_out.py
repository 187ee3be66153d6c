"""The Whisper network without some speakers, and what it makes of them under each condition.

What is slow is kept in the run's folder: a second call reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from desktop_app.core.foreign_files import read_arrays
from desktop_app.core.types import FloatArray
from models.architectures.whisper.emotion_model import EmotionModel
from models.data.array_files import write_arrays
from models.data.clip_table import Rows
from models.data.enrolment import People, Voices, draw, estimate_voices
from models.evaluation.linear_head import balance
from models.evaluation.metrics import Probabilities, confusion_among, softmax, uar_of
from models.evaluation.protocols import Split, inner_folds
from models.training.calibration import Answers, Calibration, fit_doubt, fit_scale, fit_threshold
from models.training.fit_calibrated import speaker_groups
from models.training.trained import check_classes, write_weights
from models.training.whisper.embeddings import (
    ClipEmbeddings,
    EmbeddingStore,
    encoder_digest,
)
from models.training.whisper.gated_head import GatedHead
from models.training.whisper.material import Material, Sources, build_model
from models.training.whisper.run_config import RunConfig

ASKED_WHOLE = ("whole", "trimmed")
"""What temperature and threshold are fitted on; the doubt about short speech takes `ASKED_EARLY` too."""
ASKED_EARLY = ("first-1s", "first-2s")
PROFILES_S = (30.0, np.inf)
"""Seconds of speech in the profiles that the scale of the head for known voices is fitted with."""
COVERAGE = 0.8
_INNER = "-inner"


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """A network's head, calibrated on inner speakers, and what it heard of the tested clips by condition.

    `noise` is what the network makes of recordings without speech; `network` loads it, and `encoder`
    names what it has learnt. It was trained on the clips `fitting`, and calibrated on `inner`; `hear` gives
    what it hears of any clips under a condition.
    """

    rows: Rows
    head: GatedHead
    calibration: Calibration
    heard: dict[str, ClipEmbeddings]
    noise: ClipEmbeddings
    encoder: str
    network: Callable[[], EmotionModel]
    fitting: Rows
    inner: Rows
    hear: Callable[[Rows, str], ClipEmbeddings]

    def probabilities(self, condition: str, voices: Voices | None = None) -> npt.NDArray[np.float64]:
        """Calibrated [tested clips, classes]; without a profile, or each clip with its own."""
        return self._answers(self.heard[condition], voices)

    def undoubted(self, condition: str) -> npt.NDArray[np.float64]:
        """[tested clips, classes] without a profile, nothing held back: what a profile is learnt with."""
        logits = replace(self.head, speech=None).logits(self.heard[condition].embeddings)
        return softmax(logits, self.calibration.temperature)

    def confident_noise(self) -> npt.NDArray[np.bool_]:
        """[pieces]: whether noise alone would be answered with an emotion and without doubt."""
        answers: npt.NDArray[np.bool_] = self._answers(self.noise).max(axis=1) >= self.calibration.threshold
        return answers

    def _answers(self, heard: ClipEmbeddings, voices: Voices | None = None) -> npt.NDArray[np.float64]:
        logits = self.head.logits(heard.embeddings, voices)
        certainty = self.calibration.certainty(heard.seconds)[:, None]
        return softmax(logits * certainty, self.calibration.temperature)


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
    stamp = stamp_of(material, train, config, sources)
    folder.mkdir(parents=True, exist_ok=True)
    count = min(config.inner_folds, speaker_groups(material, train, split.name))
    fitting, inner = inner_folds(material.clips, train, material.hashes, count)[0]

    @cache
    def calibrating() -> EmotionModel:
        """The network that has not heard the inner speakers."""
        return trained(folder, f"{stamp}{_INNER}", material, fitting, inner, config=config, sources=sources)

    @cache
    def network() -> EmotionModel:
        if not config.refit:
            return calibrating()
        nobody = np.zeros_like(train)
        return trained(folder, stamp, material, train, nobody, config=config, sources=sources)

    file = folder / "calibrated.npz"
    known = _load(file, stamp)
    if not known:
        calibration = _calibrate(
            material, inner, calibrating(), folder.parent, epochs=config.fit.epochs, sources=sources
        )
        values = {name: np.array(value) for name, value in asdict(calibration).items()}
        head = GatedHead.of(network()).arrays()
        known = {**head, **values, "encoder": np.array(encoder_digest(network()))}
        _save(file, stamp, known)
    names = {field.name for field in fields(Calibration)} & set(known)  # an older run told less
    calibration = Calibration(**{name: float(known[name]) for name in names})
    store = EmbeddingStore(folder.parent, str(known["encoder"]))

    def hear(rows: Rows, condition: str) -> ClipEmbeddings:
        return store.get(network, material, rows, condition, noise=sources.noise, progress=sources.progress)

    return HeldOut(
        test,
        GatedHead.from_arrays(known).with_known_scaled(calibration.known_scale),
        calibration,
        {name: hear(test, name) for name in conditions},
        store.noise(network, sources.noise),
        str(known["encoder"]),
        network,
        train if config.refit else fitting,
        inner,
        hear,
    )


def is_trained(material: Material, split: Split, config: RunConfig, folder: Path, sources: Sources) -> bool:
    """Whether `folder` holds all networks of this split, so that `hold_out` trains nothing."""
    stamp = stamp_of(material, split.train, config, sources)
    names = (f"{stamp}{_INNER}", stamp) if config.refit else (f"{stamp}{_INNER}",)
    return all(_network_file(folder, name).is_file() for name in names)


def _calibrate(
    material: Material, inner: Rows, model: EmotionModel, folder: Path, *, epochs: int, sources: Sources
) -> Calibration:
    """On speakers that the network was not trained on; each counts the same: the analyzer meets speakers."""
    store, head, people = (
        EmbeddingStore(folder, encoder_digest(model)),
        GatedHead.of(model),
        material.people.pick(inner),
    )
    weights = balance(np.zeros(int(inner.sum()), np.int64), people.speakers)
    heard = {
        name: store.get(lambda: model, material, inner, name, noise=sources.noise, progress=sources.progress)
        for name in (*ASKED_WHOLE, *ASKED_EARLY)
    }

    def answers(name: str, used: GatedHead, voices: Voices | None = None) -> Answers:
        logits = used.logits(heard[name].embeddings, voices)
        return Answers(logits, people.targets, heard[name].seconds, weights)

    if epochs == 0:  # a network that was trained has told of each of its epochs
        present = np.unique(material.targets)
        counts = confusion_among(present, people.targets, answers("whole", head).logits)
        heard_of = len(set(people.speakers.tolist()))
        sources.follower.epoch(1, confusion=counts.tolist(), uar=uar_of(counts), speakers=heard_of)
    temperature, doubt_s = fit_doubt([answers(name, head) for name in heard])
    plain = Calibration(temperature, 0.0, doubt_s)
    sure = np.concatenate([plain.probabilities(answers(name, head)) for name in ASKED_WHOLE])
    threshold = fit_threshold(sure, np.tile(weights, len(ASKED_WHOLE)), COVERAGE)
    trimmed = heard["trimmed"].embeddings
    chances = replace(plain, doubt_s=0.0).probabilities(answers("trimmed", head))
    voices = [profiles(people, trimmed, chances, head, seconds) for seconds in PROFILES_S]
    scale = fit_scale(
        plain,
        lambda scale: [answers("trimmed", head.with_known_scaled(scale), voice) for voice in voices],
    )
    return replace(plain, threshold=threshold, known_scale=scale)


def profiles(
    people: People, embeddings: FloatArray, chances: Probabilities, head: GatedHead, seconds: float
) -> Voices:
    """For each clip the analyzer's profile of its speaker's other clips, as many as last `seconds`.

    `chances` [clips, classes] are the answers without a profile, with nothing held back.
    """
    means, stds = np.empty_like(embeddings), np.empty_like(embeddings)
    rng = np.random.default_rng(0)
    for rows in people.rows_of_each():
        weights = draw(people.seconds[rows], seconds, rng)
        means[rows], stds[rows] = estimate_voices(weights, embeddings[rows], head.base, answers=chances[rows])
    return means, stds


def trained(
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
    file = _network_file(folder, stamp)
    if file.is_file():
        model = build_model(sources.weights, config.layers, config.pool_layers)
        model.load_state_dict(torch.load(file, weights_only=True))
        return model.eval()
    sources.say(f"training {folder.name}{', to calibrate it' if stamp.endswith(_INNER) else ''} ...")
    check_classes(material, fitting, sources.say)
    # Lightning takes seconds to import, and not everything is trained.
    from models.training.whisper.fit import fit

    model = fit(
        material,
        fitting,
        inner,
        config,
        weights=sources.weights,
        folder=folder / f"fit-{stamp}",
        noises=sources.noises,
        follower=sources.follower,
    )
    write_weights(file, model)
    for checkpoint in (folder / f"fit-{stamp}").glob("*.ckpt"):
        checkpoint.unlink()  # several times the size of the network
    return model


def _network_file(folder: Path, stamp: str) -> Path:
    return folder / f"network-{stamp}.pt"


def stamp_of(material: Material, train: Rows, config: RunConfig, sources: Sources) -> str:
    """Names what is learnt from and how: what was kept for others is not used."""
    told = zip(material.sounds, material.speakers, material.corpora, material.targets, strict=True)
    learnt = sorted(" ".join(map(str, clip)) for clip, chosen in zip(told, train, strict=True) if chosen)
    with sources.weights.open("rb") as file:
        weights = hashlib.file_digest(file, "sha256").hexdigest()
    noises = hashlib.sha256()
    for recording in sources.noises:
        noises.update(recording.tobytes())
    text = json.dumps(config.model_dump(), sort_keys=True, default=str)
    parts = [text, weights, noises.hexdigest(), *learnt]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _load(file: Path, stamp: str) -> dict[str, npt.NDArray[Any]]:
    if not file.is_file():
        return {}
    data = read_arrays(file, "file of answers")
    return data if data.pop("stamp") == stamp else {}


def _save(file: Path, stamp: str, known: dict[str, npt.NDArray[Any]]) -> None:
    write_arrays(file, "file of answers", stamp=np.array(stamp), **known)
