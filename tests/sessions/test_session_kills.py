"""A program that is killed while it keeps a session has kept it, but for the last second."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import posix_only
from session_kills import kill_sessions

pytestmark = pytest.mark.slow


@posix_only
def test_kill_9_loses_at_most_the_last_second_whoever_else_writes(tmp_path: Path) -> None:
    found = kill_sessions(tmp_path, 5)
    assert found.wrong == []
    assert found.kept == found.told
