"""Failures of the lab."""

from __future__ import annotations

from typing import ClassVar

from desktop_app.core.errors import EmoscopeError


class LabError(EmoscopeError):
    """A stretch of sound that cannot be looked at, or a computation that did not end."""

    default_code: ClassVar[str] = "lab"
