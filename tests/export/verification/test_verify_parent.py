"""The process that verifies a graph ends with the one that asked for it, however that one ends."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from broken_graphs import endless
from busy_worker import BusyWorker, gone

VERIFY = "import pathlib, sys\nfrom export.verification.verify import verify_graph\n"
VERIFY += "verify_graph(pathlib.Path(sys.argv[1]).read_bytes(), 16000, 3)"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_endless_graph_does_not_outlive_whoever_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "endless.onnx"
    path.write_bytes(endless().SerializeToString())
    with BusyWorker(VERIFY, path) as (process, worker):
        process.kill()
        process.wait(timeout=10)
        assert gone(worker)
