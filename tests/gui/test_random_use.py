"""Whatever is clicked and pressed, in whatever order, the window answers and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.proof)])
def test_random_clicks_and_keys_raise_nothing_and_leave_no_thread(seed: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.monkey", "--seed", str(seed), "--steps", "300"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
