"""Files of this program's own: one JSON object that says what it is, and in which version of its format."""

from __future__ import annotations

import json
from typing import Any


class NotOwnError(ValueError):
    """A file that is not what it was taken for; the text says why, as the end of a sentence."""


def own_values(content: bytes, kind: str, version: int) -> dict[str, Any]:
    """The values of a file of this kind. Raises NotOwnError."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotOwnError("it is not JSON, or was cut off") from error
    if not isinstance(data, dict) or data.get("kind") != kind:
        raise NotOwnError(f"it does not say that it is an {kind}")
    if data.get("format_version") != version:
        raise NotOwnError(f"its format is not version {version}, so another Emoscope made it")
    return data
