"""Encoders of waveforms that others trained without labels, from a Hugging Face folder, with a small head.

References: Baevski et al., "wav2vec 2.0", 2020; Hsu et al., "HuBERT", 2021; Chen et al., "WavLM", 2022;
Baevski et al., "data2vec", 2022.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from torch import Tensor, nn

from models.architectures.blocks import add_low_rank
from models.architectures.hugging_face import folder_named, load_trained, quietly, read_settings
from models.architectures.network import Network
from models.architectures.registry import Parameters, Published, Shape, TorchFamily, register
from models.errors import TrainingError

Tuned = Literal["frozen", "last", "lora", "all"]
_VARIANCE_FLOOR = 1e-7  # as transformers' feature extractor has it


class RandomEncoder(Parameters):
    """Shape of an encoder with random weights: to prove that all works, never to be judged."""

    width: Annotated[int, Field(ge=1)] = 32
    layers: Annotated[int, Field(ge=1, le=100)] = 2
    heads: Annotated[int, Field(ge=1)] = 2
    feed_forward: Annotated[int, Field(ge=1)] = 64
    channels: Annotated[int, Field(ge=1)] = 16


class EncoderParameters(Parameters):
    """Where the encoder comes from, and what of it is learnt; its convolutions never are.

    `folder` is one of Hugging Face's (config.json, weights, preprocessor_config.json), or `$NAME` of a
    variable of the environment that names one; `random` takes its place in tests. `tuned` is what learns
    beside the head: nothing (`frozen`), the `last` `layers` layers of the transformer, low-rank additions to
    the layers called `lora_names` (`lora`), or `all` of the transformer, as the source does. `checkpointing`
    computes activations twice rather than keep them. `keep` cuts the transformer after so many layers; None
    keeps all. `projection` is the width of the head's hidden layer, 256 in transformers' own classifiers.
    `dropout` is that inside the transformer.
    """

    folder: str | None = None
    random: RandomEncoder | None = None
    tuned: Tuned = "all"
    layers: Annotated[int, Field(ge=1, le=100)] = 2
    lora_rank: Annotated[int, Field(ge=1)] = 8
    lora_alpha: Annotated[float, Field(gt=0.0)] = 16.0
    lora_names: tuple[str, ...] = ("q_proj", "v_proj")
    checkpointing: bool = False
    keep: Annotated[int, Field(ge=1)] | None = None
    projection: Annotated[int, Field(ge=1)] = 256
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.1


class EncoderNetwork(Network):
    """Waveform [batch, samples] at 16 kHz -> logits, and the mean over time of the hidden layer as embedding.

    With `normalise` each clip first gets mean 0 and deviation 1, as most encoders were trained.
    """

    def __init__(self, encoder: Any, parameters: EncoderParameters, normalise: bool, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.normalise = normalise
        self.tuned = parameters.tuned
        self.projection = nn.Linear(encoder.config.hidden_size, parameters.projection)
        self.embedding_dim = parameters.projection
        self.head = nn.Linear(parameters.projection, classes)
        self._choose_learnt(parameters)

    def _choose_learnt(self, parameters: EncoderParameters) -> None:
        encoder: Any = self.encoder
        encoder.requires_grad_(parameters.tuned == "all")
        if parameters.tuned == "last":
            for layer in encoder.encoder.layers[-parameters.layers :]:
                layer.requires_grad_(True)
        elif parameters.tuned == "lora":
            add_low_rank(encoder.encoder, parameters.lora_names, parameters.lora_rank, parameters.lora_alpha)
        encoder.feature_extractor._freeze_parameters()  # it would otherwise want gradients of the waveform
        for name, parameter in encoder.named_parameters():
            if name.endswith("masked_spec_embed"):
                parameter.requires_grad_(False)  # stands for masked time, and nothing is masked here
        if parameters.checkpointing and parameters.tuned != "frozen":
            # Renamed in transformers 5; the older name warns where the newer one is known.
            newer = getattr(encoder, "activation_checkpointing_enable", None)
            (newer or encoder.gradient_checkpointing_enable)()

    def train(self, mode: bool = True) -> EncoderNetwork:
        super().train(mode)
        if self.tuned == "frozen":
            self.encoder.eval()
        return self

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        waveform = features
        if self.normalise:
            centred = waveform - waveform.mean(dim=1, keepdim=True)
            waveform = centred / (centred.square().mean(dim=1, keepdim=True) + _VARIANCE_FLOOR).sqrt()
        states = self.encoder(waveform).last_hidden_state
        embedding = self.projection(states).mean(dim=1)
        return self.head(embedding), embedding


class _Family(TorchFamily):
    """What the four have in common.

    None of their trained weights could be had when this was written: small random ones prove that such a
    folder loads, learns, and is exported, and nothing is known here of how well it does.
    """

    takes = "waveform"
    seconds = 4.0
    tolerance = 1e-3  # of rounding: quiet sounds are first made as loud as any, and many layers follow
    Parameters = EncoderParameters
    model_type: ClassVar[str]
    kinds: ClassVar[tuple[str, str]]
    """The classes of transformers of its configuration and of the model."""
    tiny_seconds = 1.0

    def build(self, parameters: EncoderParameters, shape: Shape, classes: int) -> Network:
        import transformers

        if len(shape) != 1:
            raise TrainingError(
                f"The family {self.name} takes the waveform, not features of the shape {shape}.",
                "Leave out the features of the recipe.",
            )
        configuration, model = (getattr(transformers, name) for name in self.kinds)
        settings = {
            "hidden_dropout": parameters.dropout,
            "attention_dropout": parameters.dropout,
            "activation_dropout": parameters.dropout,
            "feat_proj_dropout": 0.0,
            "layerdrop": 0.0,
            # SpecAugment is for training to decide, and transformers draws it from numpy's global generator.
            "apply_spec_augment": False,
            "attn_implementation": "eager",  # the others do not export at every length
        }
        if parameters.folder is not None:
            folder = folder_named(parameters.folder)
            encoder = load_trained(model, folder, self.model_type, **settings)
            normalise = _normalises(folder)
        elif parameters.random is not None:
            shape_of = _settings_of(parameters.random, self.model_type)
            with quietly():
                encoder = model(configuration(**shape_of, **settings))
            normalise = True
        else:
            raise TrainingError(
                f"The family {self.name} needs the folder of a trained encoder.",
                "Set model.parameters.folder to one that save_pretrained wrote.",
            )
        _cut(encoder, parameters)
        return EncoderNetwork(encoder, parameters, normalise, classes)


def _normalises(folder: Path) -> bool:
    """What the folder says of how its waveforms were scaled; without a word, as transformers does."""
    if not (folder / "preprocessor_config.json").is_file():
        return True
    return bool(read_settings(folder, "preprocessor_config.json").get("do_normalize", True))


def _settings_of(shape: RandomEncoder, model_type: str) -> dict[str, Any]:
    return {
        "hidden_size": shape.width,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "conv_dim": (shape.channels,) * 7,
        # data2vec has so many layers of positions, the others so wide a convolution.
        "num_conv_pos_embeddings": 2 if model_type == "data2vec-audio" else 16,
        "num_conv_pos_embedding_groups": 2,
    }


def _cut(encoder: Any, parameters: EncoderParameters) -> None:
    """Leave off the layers after the `keep`th. Raises TrainingError if there are not as many as asked for."""
    layers = encoder.encoder.layers
    wanted = max(parameters.keep or 1, parameters.layers if parameters.tuned == "last" else 1)
    if wanted > len(layers):
        raise TrainingError(
            f"The encoder has {len(layers)} layers, and {wanted} are asked for.",
            "Let keep and layers be at most that.",
        )
    if parameters.keep is not None:
        encoder.encoder.layers = nn.ModuleList(list(layers)[: parameters.keep])
        encoder.config.num_hidden_layers = parameters.keep


_RANDOM: Mapping[str, Any] = {"random": {}, "projection": 16, "dropout": 0.0}


@register
class Wav2Vec2(_Family):
    """wav2vec 2.0 and a small head; its source fine-tunes all of the base encoder's transformer."""

    name = "wav2vec2"
    model_type = "wav2vec2"
    kinds = ("Wav2Vec2Config", "Wav2Vec2Model")
    published = Published(
        source="wav2vec 2.0 base, fine-tuned with transformers' classification head",
        protocol="random clips of 6,325 files; 5 classes; .80 to .82",
        claim=0.81,
        classes=("angry", "fearful", "happy", "neutral", "sad"),
    )
    tiny: ClassVar[Mapping[str, Any]] = {**_RANDOM, "tuned": "last", "layers": 1}


@register
class Hubert(_Family):
    """HuBERT and a small head."""

    name = "hubert"
    model_type = "hubert"
    kinds = ("HubertConfig", "HubertModel")
    published = Published(source="Hsu et al., 2021", protocol="", claim=None, classes=())
    tiny: ClassVar[Mapping[str, Any]] = {
        **_RANDOM,
        "tuned": "lora",
        "lora_names": ("q_proj", "v_proj", "intermediate_dense", "output_dense"),
        "lora_alpha": 64.0,
        "projection": 32,
    }


@register
class WavLm(_Family):
    """WavLM and a small head."""

    name = "wavlm"
    model_type = "wavlm"
    kinds = ("WavLMConfig", "WavLMModel")
    published = Published(source="Chen et al., 2022", protocol="", claim=None, classes=())
    tiny: ClassVar[Mapping[str, Any]] = {**_RANDOM, "checkpointing": True}


@register
class Data2Vec(_Family):
    """data2vec audio and a small head."""

    name = "data2vec"
    model_type = "data2vec-audio"
    kinds = ("Data2VecAudioConfig", "Data2VecAudioModel")
    published = Published(source="Baevski et al., 2022", protocol="", claim=None, classes=())
    tiny: ClassVar[Mapping[str, Any]] = {**_RANDOM, "tuned": "all"}
