"""The sound that results about it are cut out of: all of it, each part at its time."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.runtime.heard_lately import HeardLately
from desktop_app.runtime.taps import TapBlock


@pytest.mark.parametrize(("rate", "gap_s"), [(48_000, 0.1), (48_000, 2.0), (44_100, 0.0)])
def test_before_a_gap_or_another_rate_nothing_is_missing(rate: int, gap_s: float) -> None:
    heard = HeardLately(16_000)
    heard.take(TapBlock(5.0, 0, 48_000, np.full(48_000, 0.5, np.float32)))
    begins_s = 6.0 + gap_s
    heard.take(TapBlock(begins_s, 48_000, rate, np.full(rate, 0.25, np.float32)))
    np.testing.assert_allclose(heard.cut(5.02, 5.98), 0.5, atol=0.01)
    np.testing.assert_allclose(heard.cut(6.01, begins_s - 0.01), 0.0)
    np.testing.assert_allclose(heard.cut(begins_s + 0.02, begins_s + 0.9), 0.25, atol=0.01)
