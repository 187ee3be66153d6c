"""What may stand under `augment`, and under `fit` of the Whisper network."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0.0, le=10.0, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0.0, le=100.0, allow_inf_nan=False)]
"""What a part of the loss counts. Beyond these bounds a fit overflows or learns nothing."""
Batch = Annotated[int, Field(ge=2, le=65_536)]


class Part(BaseModel):
    """A part of a recipe: nothing unknown in it, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AugmentConfig(Part):
    """With which probability each change is made to a clip before it is learnt; 0 switches it off.

    `speed` (with pitch) and `tempo` (without) draw from 0.87 .. 1.15; `noise` adds a recording, or coloured
    noise, at 5 .. 30 dB; `reverb` is a small room; `equalizer` a microphone's own colour; `band` a narrow
    line; `codec` 8 kHz mu-law; `clip` overdrives. `vocal_tract` moves the formants by up to an eighth and
    leaves the tempo alone; `mask` is SpecAugment; `mixup` mixes two clips of a batch. `pitch` moves pitch and
    formants by up to two semitones, `shift` the clip by up to 0.2 s, `compress` makes loud parts softer.
    `affine` (15 degrees, a tenth, 0.9 .. 1.1), `jitter` (of brightness and contrast) and `mirror` (which
    reverses time) change mel images, and are for families that take them.
    """

    speed: Share = 0.0
    tempo: Share = 0.0
    noise: Share = 0.0
    reverb: Share = 0.0
    equalizer: Share = 0.0
    band: Share = 0.0
    codec: Share = 0.0
    clip: Share = 0.0
    vocal_tract: Share = 0.0
    mask: Share = 0.0
    mixup: Share = 0.0
    pitch: Share = 0.0
    shift: Share = 0.0
    compress: Share = 0.0
    affine: Share = 0.0
    jitter: Share = 0.0
    mirror: Share = 0.0


class FitConfig(Part):
    """How long and how fast.

    An epoch is `draws` clips, classes evenly, and by `evenly` either each corpus as often as the others, or
    each as often as it has speakers: many voices teach more than few. `epochs` 0 keeps the encoder as it is,
    with the logistic regression on it. `rate` is that of the last encoder layer; each layer below has
    `layer_decay` times the rate of the one above. `frozen_layers` counts from the input; the convolutions
    always stay.
    `profile_dropout` is the share of clips whose embedding is standardised by the training speakers' common
    statistics; the others use their own speaker's, so that one network works with and without a profile.
    `noise` is the share of draws in which nobody speaks; they are learnt as no preference for any emotion.
    `dropout` is the share of the standardised embedding that the heads do without in each draw.
    `average_decay` is that of the averaged weights, which are what comes out; 0 takes the last ones.
    """

    epochs: Annotated[int, Field(ge=0, le=200)] = 4
    draws: Annotated[int, Field(ge=1, le=10_000_000)] = 3000
    evenly: Literal["corpora", "speakers"] = "corpora"
    batch: Batch = 16
    rate: Rate = 2e-5
    head_rate: Rate = 1e-4
    layer_decay: Share = 0.8
    weight_decay: Weight = 0.01
    warmup: Share = 0.1
    frozen_layers: Annotated[int, Field(ge=0)] = 0
    average_decay: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.99
    label_smoothing: Share = 0.0
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    noise: Share = 0.0
    masked_softmax: bool = False
    profile_dropout: Share = 1.0
    patience: Annotated[int, Field(ge=1)] | None = None
    precision: Literal["32-true", "bf16-mixed", "16-mixed"] = "bf16-mixed"

    @model_validator(mode="after")
    def _has_a_batch(self) -> FitConfig:
        if self.draws < self.batch:
            raise ValueError(f"an epoch of {self.draws} draws is less than one batch of {self.batch}")
        return self
