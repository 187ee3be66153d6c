"""How the learning rate of a recipe changes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["constant", "cosine", "restarts", "plateau"]


class ScheduleConfig(BaseModel):
    """The rate's way from the optimiser's own.

    `kind`: `constant`; `cosine` to `floor` at the last step; `restarts`, the same every `period` epochs from
    the top (both Loshchilov and Hutter, "SGDR", ICLR 2017); `plateau`, times `factor` whenever the validation
    has not improved for `patience` epochs. `warm_up` is the share of all steps in which the rate first rises
    from 0 (not with `plateau`); `floor` the share of the rate that it never falls below.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = "constant"
    warm_up: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    floor: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    period: Annotated[int, Field(ge=1)] = 10
    factor: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.5
    patience: Annotated[int, Field(ge=0)] = 3
