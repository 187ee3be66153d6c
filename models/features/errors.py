"""What can be wrong with a front end, told in one sentence."""

from __future__ import annotations

from desktop_app.core.types import EmoscopeError


class FeatureError(EmoscopeError):
    """A feature that does not exist, a parameter that it does not take, or values that do not go together."""

    default_code = "features"
