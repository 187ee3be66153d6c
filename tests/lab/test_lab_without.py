"""The lab where something that it uses is missing, or another lab runs beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_app.lab import worker
from desktop_app.lab.errors import LabError
from desktop_app.lab.tables import Table, write_table


def test_without_librosa_the_process_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "librosa", None)
    told = worker.Server()({"feature": "rms"}, lambda _what, _done, _total: None)
    assert told["error"]["code"] == "lab.librosa"
    assert "pip install -e" in told["error"]["hint"]


def test_without_pyarrow_a_table_can_still_be_csv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    table = Table({"value": np.array([1.5, 2.5])})
    with pytest.raises(LabError) as told:
        write_table(table, tmp_path / "table.parquet")
    assert told.value.code == "lab.parquet"
    assert "parquet]" in told.value.hint
    assert not (tmp_path / "table.parquet").exists()
    write_table(table, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text() == "value\n1.5\n2.5\n"


def test_two_labs_at_once_keep_what_they_compile_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folders, locks = [], []
    for _ in range(2):
        monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
        locks.append(worker._own_cache())
        folders.append(os.environ["NUMBA_CACHE_DIR"])
    assert len(set(folders)) == 2
    for lock in locks:
        assert lock is not None
        lock.close()
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    third = worker._own_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == folders[0], "what was compiled before is used again"
    assert third is not None
    third.close()
