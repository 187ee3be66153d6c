"""How far logits may lie from the trained model's: a fixed amount, or of large ones what rounding makes."""

from __future__ import annotations

import numpy as np
import pytest

from export.errors import ParityError
from export.signals import Probe
from export.verification.values import check_reference

TOLERANCE = 1e-4


def check(found: list[float], expected: list[float]) -> float:
    probe = Probe("loud", 1.0, np.zeros(1, np.float32))
    rows = [np.array([values], np.float32) for values in (found, expected)]
    return check_reference([probe], *rows, TOLERANCE)


def test_a_large_logit_may_be_off_by_its_rounding():
    assert check([-2087.0022, -5.0], [-2087.0, -5.0]) == pytest.approx(0.0022, abs=2e-4)


def test_beyond_the_rounding_a_large_logit_is_refused_with_what_was_allowed():
    with pytest.raises(ParityError, match=r"0\.021 is allowed") as caught:
        check([-2087.1, -5.0], [-2087.0, -5.0])
    assert "1e-05 of the largest logit, 2.09e+03" in str(caught.value)


@pytest.mark.parametrize("size", [0.0, 1.0, 9.0])
def test_an_ordinary_logit_may_be_off_by_the_fixed_amount_alone(size):
    check([size, 0.9e-4], [size, 0.0])
    with pytest.raises(ParityError, match=r"0\.0001 is allowed"):
        check([size, 1.2e-4], [size, 0.0])


def test_no_number_is_no_difference_that_is_allowed():
    with pytest.raises(ParityError):
        check([float("nan"), 0.0], [1.0, 0.0])


def test_another_winner_is_refused_among_large_logits_too():
    with pytest.raises(ParityError, match="another label wins"):
        check([2087.0, 2087.01], [2087.01, 2087.0])
