"""What a request may say beside its recording: options of `emoscope analyze`, by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from desktop_app.core.errors import one_line
from desktop_app.serving.failures import ServeError


class AnalyzeQuery(BaseModel):
    """The query of `/v1/analyze`; a name that is none of these is refused."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, max_length=400, description="What the recording is called in results")
    channel: str = Field(
        "auto", max_length=20, description="auto, mix, left, right, each, or a number from 1"
    )
    labels: str | None = Field(None, max_length=1000, description="Allowed labels, with commas")
    adapt: Literal["on", "off"] = Field("on", description="Whether the voice is learnt within the recording")
    track: int | None = Field(None, ge=1, description="Which sound track of a film")
    strict: bool = Field(False, description="Whether missing or damaged sound is a failure")
    words: bool = Field(False, description="Whether what is said is written down, if the service does that")
    session: str | None = Field(None, max_length=100, description="A session whose voice is learnt")

    def task(self) -> dict[str, Any]:
        """As an analysis worker is told. Raises ServeError for choices that do not go together."""
        if self.session is not None and (self.adapt == "off" or self.channel == "each"):
            raise ServeError(
                "A session learns one voice, which adapt=off and channel=each forbid.", code="serve.request"
            )
        return {
            "channel": self.channel,
            "labels": self.labels,
            "adapt": self.adapt == "on",
            "track": self.track,
            "strict": self.strict,
            "words": self.words,
        }


FIELDS: Final = tuple(AnalyzeQuery.model_fields)
_SHOWN: Final = 40
_MUST_BE: Final = {
    "bool_parsing": "true or false",
    "literal_error": "on or off",
    "int_parsing": "a whole number from 1",
    "greater_than_equal": "a whole number from 1",
}
"""By pydantic's names of what is wrong with a field."""


def wrong_field(found: Mapping[str, Any]) -> str:
    """What is wrong with a query, in a sentence, by an error of pydantic."""
    name, kind = one_line(str(found["loc"][-1]))[:_SHOWN], found["type"]
    if kind == "extra_forbidden":
        return f"There is no field '{name}', only {', '.join(FIELDS)}."
    if kind == "string_too_long":
        return f"{name} has more than the {found['ctx']['max_length']} characters that are allowed."
    if kind in _MUST_BE:
        return f"{name} must be {_MUST_BE[kind]}."
    return f"{name}: {found['msg']}."
