"""A Hugging Face folder of an audio classifier: its configuration, weights and feature extractor, checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from export.errors import ExportError, LabelError
from export.safety import files_sha256, first_line
from export.sources.base import Facts, TorchSource, check_labels, nameless, probe
from export.sources.dimensions import Ranges, ValuesInRange, check_dimensions, check_scale, full_ranges
from export.sources.hf_folder import HINT, check_id2label, licence_of, read_json, read_weights, stock_model
from export.sources.hf_front_ends import front_end_of
from export.sources.hf_regression_head import TwoLayerClassifier, has_two_layers, two_layer_model
from export.torch_export import quietly

MODEL_TYPES = (
    "wav2vec2",
    "hubert",
    "wavlm",
    "data2vec-audio",
    "whisper",
    "audio-spectrogram-transformer",
    "sew",
    "unispeech-sat",
)
_EXTRACTORS = {"whisper": "WhisperFeatureExtractor", "audio-spectrogram-transformer": "ASTFeatureExtractor"}
_OF_WAVEFORMS = "Wav2Vec2FeatureExtractor"
"""What all the others are fed by."""
_FEED_HINT = (
    "config.json and preprocessor_config.json must be those of one trained model; "
    "if it needs longer waveforms, say how long with --min-seconds."
)
_UNUSED = ("masked_spec_embed",)
"""Weights that only training uses, and that many published folders lack or have."""


_REGRESSION = "regression"
_TWO_LAYERS = ("wav2vec2", "hubert", "wavlm", "unispeech-sat")
"""Model types that are published with a head of two layers on the pooled last one."""


class TwoLayers(nn.Module):
    """Waveform [batch, samples] -> (outputs [batch, outputs], pooled [batch, dim])."""

    def __init__(self, front_end: nn.Module, model: TwoLayerClassifier) -> None:
        super().__init__()
        self.front_end = front_end
        self.model = model

    def forward(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        out: tuple[Tensor, Tensor] = self.model(self.front_end(waveform))
        return out


class HubClassifier(nn.Module):
    """Waveform [batch, samples] -> (logits [batch, classes], what the last layer was fed [batch, dim])."""

    def __init__(self, front_end: nn.Module, model: nn.Module) -> None:
        super().__init__()
        self.front_end = front_end
        head = model.get_submodule("classifier")
        model.classifier = nn.Identity()
        self.body = model
        self.head = head

    def forward(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        pooled = self.body(self.front_end(waveform)).logits
        return self.head(pooled), pooled


def load_folder(
    folder: Path,
    *,
    labels: Sequence[str] | None = None,
    dimensions: Sequence[str] | None = None,
    trust_pickle: bool = False,
    seconds: float | None = None,
    ranges: Sequence[tuple[float, float]] | None = None,
) -> TorchSource:
    """The classifier or regression in a folder, with its feature extractor in front of it, ready for export.

    Nothing is fetched, and code that lies in the folder is never run.

    Parameters
    ----------
    labels : sequence of str, optional
        In place of those of `id2label`.
    dimensions : sequence of str, optional
        Likewise of a regression; a folder that does not say what it is, is taken for one.
    ranges : sequence of pairs, optional
        Of a regression the scale of each dimension, or of all; by default 0 to 1.
    seconds : float, optional
        The shortest waveform that it must take.

    Raises
    ------
    ExportError
        Naming what is missing, left over, or not of a kind that is known.
    """
    import transformers

    config = _config(folder)
    if dimensions is not None:
        if config.problem_type is not None and not _is_regression(config):
            raise LabelError(
                f"{folder} was trained for {config.problem_type}, and --dimensions is of a regression.",
                "Leave out --dimensions.",
            )
        config.problem_type = _REGRESSION
    if labels is not None and _is_regression(config):
        raise LabelError(
            f"{folder} was trained for regression, and --labels names classes.",
            "Name its dimensions: --dimensions arousal,dominance,valence",
        )
    if ranges is not None and not _is_regression(config):
        raise LabelError(f"--ranges is the scale of a regression, and {folder} holds a classifier.")
    found = _labels(config, folder, labels if dimensions is None else dimensions)
    weights, tensors = read_weights(folder, trust_pickle=trust_pickle)
    with quietly():
        model: nn.Module = (
            two_layer_model(config, tensors, len(found), folder)
            if has_two_layers(tensors) and config.model_type in _TWO_LAYERS
            else _model(config, tensors, folder)
        )
        try:
            auto: Any = transformers.AutoFeatureExtractor
            extractor = auto.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        except Exception as error:  # whatever its numbers make it stumble over
            raise ExportError(
                f"{folder} has no feature extractor that works: {first_line(error)}", HINT
            ) from error
    if not isinstance(extractor.sampling_rate, int) or extractor.sampling_rate <= 0:
        raise ExportError(
            f"The preprocessor_config.json in {folder} gives the sampling rate {extractor.sampling_rate!r}: "
            "it should be a number of samples per second.",
            HINT,
        )
    front_end, longest = front_end_of(extractor)
    _check_extractor(config, extractor, folder)
    module: nn.Module = (
        TwoLayers(front_end, model)
        if isinstance(model, TwoLayerClassifier)
        else HubClassifier(front_end, model)
    ).eval()
    scales: Ranges = ()
    if _is_regression(config):
        scales = full_ranges(found, ranges)
        with torch.inference_mode():
            check_scale(module, found, scales, int(extractor.sampling_rate), max(1.0, seconds or 0.0))
        module = ValuesInRange(module, scales).eval()
    licence = licence_of(folder)
    facts = Facts(
        name=folder.resolve().name,
        labels=found,
        sample_rate=int(extractor.sampling_rate),
        weights_sha256=files_sha256(weights),
        manifest={"licence": licence} if licence else {},
        shortest_seconds=seconds or 0.0,
        longest_seconds=longest,
        ranges=scales,
    )
    with torch.inference_mode():
        probe(module, facts, _FEED_HINT)
    return TorchSource(facts, module)


def _config(folder: Path) -> Any:
    import transformers

    if not (folder / "config.json").exists():
        raise ExportError(f"{folder} has no config.json that can be read: no such file or directory.", HINT)
    raw = read_json(folder / "config.json")
    if (folder / "preprocessor_config.json").exists():
        read_json(folder / "preprocessor_config.json")  # as transformers does, but with a limit
    kind = raw.get("model_type") if isinstance(raw, dict) else None
    if kind not in MODEL_TYPES and reads_text(kind):
        raise ExportError(
            f"{folder} holds a model of the type {kind!r}, which reads text and hears nothing.",
            "emoscope-export hf FOLDER --out FILE makes a text model of it, for --text-model.",
            code="export.text",
        )
    if kind not in MODEL_TYPES:
        raise ExportError(
            f"{folder} holds a model of the type {kind!r}; known are {', '.join(MODEL_TYPES)}.",
            "Anything else: emoscope-export torch --module PACKAGE.MODULE:FACTORY --weights FILE",
        )
    problem = raw.get("problem_type")
    if problem not in {None, "single_label_classification", _REGRESSION}:
        raise LabelError(
            f"{folder} was trained for {problem}: its outputs are no logits of classes of which one holds.",
            "The analyzer shows one emotion out of several, or values of dimensions.",
        )
    check_id2label(raw, folder)
    try:
        with quietly():
            return transformers.AutoConfig.for_model(**raw)
    except Exception as error:
        raise ExportError(f"{folder / 'config.json'} is refused: {first_line(error)}", HINT) from error


def reads_text(kind: Any) -> bool:
    """Whether transformers classifies texts with models of this type."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES

    return isinstance(kind, str) and kind in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES


def is_regression(folder: Path) -> bool:
    """Whether the configuration says so; False where there is none. Raises ExportError if it is no JSON."""
    path = folder / "config.json"
    raw = read_json(path) if path.exists() else None
    return isinstance(raw, dict) and raw.get("problem_type") == _REGRESSION


def _labels(config: Any, folder: Path, labels: Sequence[str] | None) -> tuple[str, ...]:
    table = {int(number): str(label) for number, label in config.id2label.items()}
    own = tuple(table[number] for number in sorted(table))
    regression = _is_regression(config)
    what = "dimensions" if regression else "classes"
    example = "--dimensions arousal,dominance,valence" if regression else "--labels neutral,happy,..."
    if labels is None and nameless(own):
        raise LabelError(
            f"{folder} does not name its {len(own)} {what}: id2label says {own[0]}, ...",
            f"Name them in the order of training: {example}",
            code="export.labels.numbers",
        )
    chosen = tuple(labels) if labels is not None else own
    (check_dimensions if regression else check_labels)(chosen)
    return chosen


def _is_regression(config: Any) -> bool:
    return bool(config.problem_type == _REGRESSION)


def _model(config: Any, tensors: dict[str, Tensor], folder: Path) -> nn.Module:
    from transformers import MODEL_FOR_AUDIO_CLASSIFICATION_MAPPING

    kind = MODEL_FOR_AUDIO_CLASSIFICATION_MAPPING[type(config)]
    other = ": a class of one's own goes through emoscope-export torch --module."
    return stock_model(
        kind, config, tensors, folder, may_lack=_UNUSED, may_be_left=_UNUSED, of_another_class=other
    )


def _check_extractor(config: Any, extractor: Any, folder: Path) -> None:
    """Raise ExportError if the feature extractor is not one that the model can have been trained with."""
    kind, expected = type(extractor).__name__, _EXTRACTORS.get(config.model_type, _OF_WAVEFORMS)
    if kind != expected:
        raise ExportError(
            f"The model in {folder} is of the type {config.model_type}, which is fed by a {expected}, and "
            f"its preprocessor_config.json is that of a {kind}.",
            "Take the preprocessor_config.json of the model that was fine-tuned.",
        )
    pairs = {
        "whisper": ("num_mel_bins", "feature_size"),
        "audio-spectrogram-transformer": ("num_mel_bins", "num_mel_bins"),
    }
    model_field, extractor_field = pairs.get(config.model_type, ("", ""))
    if not model_field:
        return
    want, have = getattr(config, model_field), getattr(extractor, extractor_field)
    if want != have:
        raise ExportError(
            f"The model in {folder} wants {want} mel bands, and its feature extractor gives {have}.", HINT
        )
