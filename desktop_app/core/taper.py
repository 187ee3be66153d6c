"""The taper of short-time spectra."""

from __future__ import annotations

from functools import cache

import numpy as np

from desktop_app.core.types import FloatArray


@cache
def hann(width: int) -> FloatArray:
    """A Hann window of `width` samples without the zeros at its ends, [width], read-only."""
    window: FloatArray = np.hanning(width + 2)[1:-1].astype(np.float32)
    window.flags.writeable = False
    return window
