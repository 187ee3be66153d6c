"""Damage of every sort to recordings of every kind: read or refused, and nothing worse."""

from __future__ import annotations

import pytest
from mutations import run


@pytest.mark.slow
def test_damaged_recordings_are_read_or_refused_and_nothing_worse() -> None:
    """More of them: ``python -m tests.mutations --recordings 2000``."""
    outcomes = run(200)
    assert [outcome for outcome in outcomes if outcome.result == "failed"] == []
    results = {outcome.result for outcome in outcomes}
    assert results == {"read", "warned", "refused"}
