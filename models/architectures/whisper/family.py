"""The family of the model that ships: the first layers of Whisper's encoder, a head that knows voices.

Reference: Radford et al., "Robust speech recognition via large-scale weak supervision", ICML 2023; its
weights (MIT) are named by EMOSCOPE_WEIGHTS. How it is fitted: `models/training/whisper`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from models.architectures.registry import Family, Parameters, Published, register


class WhisperParameters(Parameters):
    """`layers` of the encoder are kept, and those in `pool_layers` pooled, counted from 1.

    The heads that training begins with are logistic regressions on the frozen encoder's embeddings:
    `strength` is their inverse regularisation (C) for one view of each clip. `noise_pieces` is the number of
    pieces of noise, and of speech, from which the trained network learns where nobody speaks; 0 for none.
    """

    layers: Annotated[int, Field(ge=1, le=6)] = 3
    pool_layers: Annotated[tuple[int, ...], Field(validate_default=True)] = (2, 3)
    strength: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = 0.003
    noise_pieces: Annotated[int, Field(ge=0)] = 1200

    @field_validator("pool_layers")
    @classmethod
    def _are_there(cls, chosen: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        layers = info.data.get("layers", 0)
        if layers and (not chosen or min(chosen) < 1 or max(chosen) > layers):
            raise ValueError(f"of {layers} layers, 1 to {layers} can be pooled, not {list(chosen)}")
        if len(set(chosen)) < len(chosen):
            raise ValueError(f"each layer is pooled once, not {list(chosen)}")
        return chosen


@register
class Whisper(Family):
    """Whisper-base's encoder cut after some layers, mean and deviation over time, a head for voices."""

    name = "whisper"
    takes = "waveform"
    fitted_by = "whisper"
    Parameters = WhisperParameters
    tiny = MappingProxyType({"layers": 1, "pool_layers": (1,), "strength": 1.0, "noise_pieces": 8})
    published = Published(
        source="The model that ships", protocol="docs/recognition.md", claim=None, classes=()
    )
