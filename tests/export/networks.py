"""One table of the models that people train, each of which is exported once a session and checked all over.

A row makes its trained model below a folder, and tells how it is exported, what it answers itself, and what
must stand in its file. `tests/export/test_networks.py` holds the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import hf_folders
import numpy as np
import sklearn_pipelines
import source_networks
import torch
from source_networks import MEL, RATE, call_of, softmax, weights_of
from torch import nn

from desktop_app.core.types import FloatArray
from export.signals import kinds, speech_like
from export.sources.sklearn_boosters import BOOSTER_TYPES
from export.sources.sklearn_pipeline import PROBABILITY_FLOOR
from models.features.chain import parse_chain

Answer = Callable[[FloatArray], np.ndarray]
"""Waveform [samples] to probabilities [classes], or to an embedding [dim]."""


OUT = Path("mine.onnx")
"""What `emoscope-export` is told to write; where nobody names the model, it is called after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A trained model on the disk.

    Attributes
    ----------
    source : Path
        The folder or the file that is exported.
    call : tuple of str
        How `emoscope-export` is called for it, `--out` left out.
    labels : tuple of str
    probabilities : callable
        What the model says itself.
    waves : mapping
        Waveforms to hear it with, by name.
    tolerance : float
        Of probabilities.
    embedding : callable or bool
        What the embedding must be, or whether there is one.
    exporter : str
        Which must have made the file.
    manifest : mapping
        What the manifest must say other than of a model of which nothing is known.
    """

    source: Path
    call: tuple[str, ...]
    labels: tuple[str, ...]
    probabilities: Answer
    waves: Mapping[str, FloatArray]
    tolerance: float
    embedding: Answer | bool
    exporter: str
    manifest: Mapping[str, object] = field(default_factory=dict)


def by_torch(network: nn.Module, front_end: str | None, output: str, temperature: float = 1.0) -> Answer:
    chain = parse_chain(front_end, RATE) if front_end else None

    def answer(wave: FloatArray) -> np.ndarray:
        with torch.inference_mode():
            x = torch.from_numpy(wave)[None]
            found = network(chain(x) if chain is not None else x)
        if isinstance(found, tuple):
            found = dict(zip(("logits", "embedding"), found, strict=True))
        if isinstance(found, dict):
            found = found[output]
        rows: np.ndarray = getattr(found, output, found).numpy()
        return softmax(rows[0] / temperature) if output == "logits" else rows[0]

    return answer


def torch_network(
    folder: Path,
    *,
    name: str,
    front_end: str | None = None,
    options: Mapping[str, str] | None = None,
    seconds: tuple[float, ...] = (0.4, 2.7, 6.0),
    embedding: bool = False,
    manifest: Mapping[str, object] | None = None,
) -> Trained:
    network, weights = weights_of(name, folder)
    more = ["--frontend", front_end] if front_end else []
    more += [word for option in (options or {}).items() for word in option]
    return Trained(
        source=weights,
        call=tuple(call_of(name, weights, *more)),
        labels=source_networks.LABELS,
        probabilities=by_torch(network, front_end, "logits", float((options or {}).get("--temperature", 1))),
        waves={f"{s:g} s": speech_like(round(s * RATE), RATE, seed=7) for s in seconds},
        tolerance=1e-4,
        embedding=by_torch(network, front_end, "embedding") if embedding else False,
        exporter="torchscript",
        manifest={"name": OUT.stem, **(manifest or {})},
    )


def hf_folder(folder: Path, *, kind: str, manifest: Mapping[str, object] | None = None) -> Trained:
    source = hf_folders.make_folder(kind, folder / kind)
    return Trained(
        source=source,
        call=("hf", str(source)),
        labels=hf_folders.LABELS,
        probabilities=hf_folders.by_transformers(source),
        waves={"short": speech_like(9000, RATE, 5), **kinds(2 * RATE, RATE)},
        tolerance=2e-4,
        embedding=True,
        exporter="torchscript",
        manifest={"name": OUT.stem, **(manifest or {})},
    )


def sklearn_pipeline(folder: Path, *, kind: str, classes: int | None = None) -> Trained:
    classifier = sklearn_pipelines.fitted(kind, classes)
    source = sklearn_pipelines.saved(classifier, folder)
    chain = parse_chain(sklearn_pipelines.FRONT_END, RATE)
    labels = sklearn_pipelines.emotions_of(classifier)
    boosted = "LightGBM" in kind or kind == "XGBoost"

    def probabilities(wave: FloatArray) -> np.ndarray:
        with torch.inference_mode():
            features = chain(torch.from_numpy(wave)[None]).numpy()
        found = np.maximum(classifier.predict_proba(features)[0], PROBABILITY_FLOOR)
        winner = np.flatnonzero(classifier.classes_ == classifier.predict(features)[0])[0]
        assert found.max() - found[winner] <= 2e-3  # what it predicts is what it finds likeliest
        return found / found.sum()

    return Trained(
        source=source,
        call=(
            *("sklearn", str(source), "--frontend", sklearn_pipelines.FRONT_END),
            *(("--trust", ",".join(BOOSTER_TYPES)) if boosted else ()),
            *(("--labels", ",".join(labels)) if kind == "XGBoost" else ()),
        ),
        labels=labels,
        probabilities=probabilities,
        waves={f"clip {n}": wave for n, wave in enumerate(sklearn_pipelines.corpus()[0]) if n % 5 == 0},
        tolerance=1e-3,
        embedding=False,
        exporter="torchscript",
        manifest={"name": OUT.stem},
    )


HEARD_WHOLE = {"whisper": {"max_seconds": 4.0}, "ast": {"max_seconds": 2.575}}
"""The models that cut what is longer."""

NETWORKS: dict[str, Callable[[Path], Trained]] = {
    **{
        name: partial(torch_network, name=name, front_end=MEL)
        for name in ("gru", "lstm", "gru_attention", "lstm_attention")
    },
    "transformer": partial(torch_network, name="transformer", front_end=MEL, embedding=True),
    "in_double": partial(torch_network, name="in_double"),
    "waveform_cnn": partial(torch_network, name="waveform_cnn"),
    "efficientnet": partial(torch_network, name="efficientnet", front_end="image:size=64,colours=magma"),
    # Everything that a person can say of a model, and a network that takes no short waveform.
    "needs_seconds": partial(
        torch_network,
        name="needs_seconds",
        options={
            "--name": "my net",
            "--licence": "MIT",
            "--temperature": "1.7",
            "--abstain-below": "0.35",
            "--min-seconds": "2.6",
            "--max-seconds": "6",
        },
        seconds=(2.7, 6.0),
        manifest={
            "name": "my net",
            "licence": "MIT",
            "temperature": 1.7,
            "abstain_below": 0.35,
            "min_seconds": 2.6,
            "max_seconds": 6.0,
        },
    ),
    **{kind: partial(hf_folder, kind=kind, manifest=HEARD_WHOLE.get(kind)) for kind in hf_folders.KINDS},
    **{kind: partial(sklearn_pipeline, kind=kind) for kind in sklearn_pipelines.PIPELINES},
    **{
        f"{kind}, two classes": partial(sklearn_pipeline, kind=kind, classes=2)
        for kind in ("random forest", "RBF-SVM", "logistic regression", "LightGBM", "XGBoost")
    },
}
