"""The outline of a recording, for the window's modules; it lives in the core."""

from desktop_app.core.envelope import Envelope

__all__ = ["Envelope"]
