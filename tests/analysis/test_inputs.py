"""What a person may name to be analyzed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from encoded import encode

from desktop_app.analysis.batch.inputs import items
from desktop_app.analysis.inputs import collect
from desktop_app.core.errors import CallError

ENDINGS = frozenset((".wav", ".flac"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of recordings, with what people leave in such folders."""
    root = tmp_path / "talks"
    for name in ("b.wav", "a.WAV", "day2/c.flac", "day2/deep/d.wav", "notes.txt", "day2/cover.jpg", "LICENCE",
                 ".hidden.wav", "._a.WAV", ".git/e.wav", "__MACOSX/f.wav"):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def names(folder: Path, pattern: str | None = None) -> list[str]:
    found = collect([str(folder)], ENDINGS, pattern).found
    assert [source.name for source in found] == [str(source.path) for source in found]
    return [source.path.relative_to(folder).as_posix() for source in found]


def test_a_folder_is_searched_to_any_depth_in_the_order_of_names(folder: Path) -> None:
    assert names(folder) == ["a.WAV", "b.wav", "day2/c.flac", "day2/deep/d.wav"]


def test_what_is_left_out_is_counted_by_its_ending(folder: Path) -> None:
    assert collect([str(folder)], ENDINGS).left_out_sentence() == (
        "4 files left out: 1 without an ending, 1 .jpg, 1 .txt, 1 hidden .wav."
    )
    (folder / "LICENCE").unlink()
    (folder / "notes.txt").unlink()
    (folder / ".hidden.wav").unlink()
    assert collect([str(folder)], ENDINGS).left_out_sentence() == "1 file left out: 1 .jpg."
    assert collect([str(folder / "b.wav")], ENDINGS).left_out_sentence() == ""


def test_a_transport_stream_is_told_from_typescript_by_its_bytes(tmp_path: Path) -> None:
    encode(tmp_path / "talk.ts", np.zeros(16_000, np.float32), 16_000, "aac")
    (tmp_path / "app.ts").write_text("G" * 187 + "\nexport const talk = 1;\n" * 40)
    (tmp_path / "empty.ts").touch()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.ts")
    inputs = collect([str(tmp_path)], ENDINGS)
    assert [source.path.name for source in inputs.found] == ["talk.ts"]
    assert inputs.left_out[".ts"] == len(list(tmp_path.iterdir())) - 1
    assert inputs.failures == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.wav", ["b.wav", "day2/deep/d.wav"]),
        ("day2/*", ["day2/c.flac", "day2/cover.jpg", "day2/deep/d.wav"]),
        ("?.flac", ["day2/c.flac"]),
    ],
)
def test_a_pattern_takes_the_place_of_the_endings(folder: Path, pattern: str, expected: list[str]) -> None:
    assert names(folder, pattern) == expected


def test_a_file_is_taken_whatever_it_is_called_and_in_the_order_of_the_call(folder: Path) -> None:
    call = [str(folder / "notes.txt"), "missing", "-", str(folder / "b.wav")]
    found = collect(call, ENDINGS).found
    assert [source.name for source in found] == [*call[:2], "stdin", call[3]]
    assert [source.piped for source in found] == [False, False, True, False]


def test_a_name_that_cannot_even_be_looked_at_keeps_no_other_from_being_found(folder: Path) -> None:
    call = [f"{'a' * 300}.wav", str(folder / "b.wav")]
    assert [source.name for source in collect(call, ENDINGS).found] == call
    assert [item.path for item in items(call, ENDINGS)] == call


def test_a_folder_without_recordings_is_a_failure_of_its_own(tmp_path: Path) -> None:
    inputs = collect([str(tmp_path)], ENDINGS)
    assert inputs.found == []
    ((name, error),) = inputs.failures
    assert (name, error.code) == (str(tmp_path), "audio.no_recordings")
    ((_, error),) = collect([str(tmp_path)], ENDINGS, "*.mp3").failures
    assert "There is no file that fits '*.mp3' in the folder" in error.message


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_links_to_folders_are_followed_once(folder: Path) -> None:
    (folder / "loop").symlink_to(folder)
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "z.wav").touch()
    (folder / "away").symlink_to(folder.parent / "elsewhere")
    assert names(folder) == ["a.WAV", "b.wav", "away/z.wav", "day2/c.flac", "day2/deep/d.wav"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told_and_the_others_are_searched(folder: Path) -> None:
    (folder / "day2").chmod(0)
    try:
        inputs = collect([str(folder)], ENDINGS)
    finally:
        (folder / "day2").chmod(0o700)
    assert [source.path.name for source in inputs.found] == ["a.WAV", "b.wav"]
    ((_, error),) = inputs.failures
    assert "permission denied" in error.message


def test_what_makes_no_sense_is_a_wrong_call(folder: Path) -> None:
    with pytest.raises(CallError, match="stdin can be read once"):
        collect(["-", "-"], ENDINGS)
    with pytest.raises(CallError, match="no folder was given"):
        collect([str(folder / "b.wav")], ENDINGS, "*.wav")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder without end")
def test_a_link_to_the_systems_own_folders_is_not_followed(folder: Path) -> None:
    (folder / "loop").symlink_to("/proc")
    assert len(names(folder)) == 4
