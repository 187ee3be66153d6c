"""What a batch is asked to analyze, and what it tells while it does."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desktop_app.analysis import service
from desktop_app.analysis.batch import pool, work
from desktop_app.analysis.batch.inputs import Item, items
from desktop_app.analysis.batch.parts import Columns, write_table
from desktop_app.analysis.batch.places import Place, PlaceError, fetched
from desktop_app.analysis.batch.run import BatchRun
from desktop_app.analysis.batch.work import Options, PartWork
from desktop_app.core.errors import CallError

fsspec = pytest.importorskip("fsspec", reason="the extra 'cluster' is not installed")

WAV = frozenset({".wav"})


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Any:
    """A store in memory, and the URL of a folder in it."""
    url = f"memory://{request.node.name.replace('[', '-').replace(']', '')}"
    return fsspec.filesystem("memory"), url


def engine() -> Any:
    return SimpleNamespace(
        labels=("happy", "sad"), dimensions=(), name="none", sha256="0", sample_rate=16_000, abstain_below=0.5
    )


def test_a_recording_of_unknown_length_gives_signs_of_life(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @contextlib.contextmanager
    def unknown(*_: object, **__: object) -> Iterator[Any]:
        silence = np.zeros((16_000, 1), np.float32)
        yield SimpleNamespace(sample_rate=16_000, duration_s=0.0, warnings=(), blocks=lambda n: [silence] * 4)

    monkeypatch.setattr(service, "open_recording", unknown)
    monkeypatch.setattr(work, "_TOLD_EVERY_S", 0.0)
    told: list[str] = []
    part = PartWork(engine(), Options(adapt=False, detector="energy"), Place(str(tmp_path)))
    item = Item("stream.webm", str(tmp_path / "stream.webm"), 1, "")
    (done,) = part.run(0, [item], told=lambda path, _: told.append(path))
    assert not done.error, done.message
    assert len(told) >= 1 + 4


def test_what_is_copied_from_a_store_gives_signs_of_life(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fs, url = store
    fs.pipe(f"{url}/a.wav", bytes(3 << 20))
    steps = io.StringIO()
    with fetched(f"{url}/a.wav", lambda: steps.write(".")) as path:
        assert path.stat().st_size == 3 << 20
    assert steps.getvalue() == "..."


def test_what_is_not_in_a_store_is_told_as_what_is_not_on_the_disk(store: Any) -> None:
    with pytest.raises(PlaceError, match=r"a\.wav' does not exist\.") as raised, fetched(f"{store[1]}/a.wav"):
        pass
    assert raised.value.code == "audio.not_found"


def test_hidden_files_of_a_store_are_left_out_as_those_of_a_folder(store: Any) -> None:
    fs, url = store
    for name in ("a.wav", "._a.wav", ".b.wav", ".trash/c.wav", "__MACOSX/a.wav", "day.2/d.wav"):
        fs.pipe(f"{url}/{name}", b"sound")
    told: list[object] = []
    found = [item.path.removeprefix("memory:///") for item in items([url], WAV, told=told.append)]
    folder = url.removeprefix("memory://")
    assert found == [f"{folder}/a.wav", f"{folder}/day.2/d.wav"]
    assert told == ["1 file left out: 1 hidden .wav."]


def test_what_a_cluster_brings_to_its_end_later_replaces_no_part(tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_bytes(b"sound")

    def numbers() -> list[int]:
        with BatchRun([str(tmp_path)], str(tmp_path / "out"), {}, endings=WAV) as batch:
            batch.leave_room()
            return [batch.next_part() for _ in range(50)]

    first = numbers()
    write_table(Place(str(tmp_path / "out")), first[0], Columns(()).utterances().empty_table(), [], {})
    assert not set(first) & set(numbers()), "those behind it may still come"


@pytest.mark.parametrize(
    ("memory_gib", "shares", "jobs"), [(8, 1, 17), (8, 2, 8), (0.25, 1, 1), (512, 1, 64)]
)
def test_many_cores_with_little_memory_get_no_more_processes_than_have_room(
    monkeypatch: pytest.MonkeyPatch, memory_gib: float, shares: int, jobs: int
) -> None:
    monkeypatch.setattr(pool, "machine_bytes", lambda: int(memory_gib * 2**30))
    monkeypatch.setattr(pool.os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert pool.usual_jobs(shares) == jobs


def test_a_line_of_a_list_is_told_by_its_place_in_the_file(tmp_path: Path) -> None:
    table = tmp_path / "calls.csv"
    table.write_text("path,recorded_at\n\na.wav,\n\nb.wav,yesterday\n", encoding="utf-8")
    with pytest.raises(CallError, match=r"Line 5 of the list .* has a time that is none: 'yesterday'"):
        list(items([str(table)], WAV))
