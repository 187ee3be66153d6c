"""What can be wrong with a model file, or with what is given to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_app.core.errors import EmoscopeError


class ModelError(EmoscopeError):
    """A model that cannot be used, or a waveform that it cannot rate.

    Attributes
    ----------
    field : str
        What is at fault: a field of the manifest such as ``self_test.logits``, an input or output such as
        ``waveform``; empty if it is the file as a whole.
    """

    default_code = "model"

    def __init__(
        self,
        message: str,
        hint: str = "",
        field: str = "",
        *,
        code: str = "",
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, hint, code=code, fields={"field": field} if field else fields)
        self.field = field


class ManifestError(ModelError):
    """A manifest that breaks the format."""

    default_code = "model.manifest"

    def __init__(
        self,
        message: str,
        hint: str = "Export the model again with emoscope-export.",
        field: str = "",
        *,
        code: str = "",
    ) -> None:
        super().__init__(message, hint, field, code=code)
