"""No command writes its results into what they are made from."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_model import make_tiny_model

from desktop_app.core.errors import CallError
from desktop_app.core.safe_files import check_targets

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("call", "kept", "sentence"),
    [
        (["profile", "build", "me.wav", "--out", "me.wav"], "me.wav", "one of the recordings"),
        (["profile", "build", "me.wav", "--out", "link.wav"], "me.wav", "one of the recordings"),
        (["profile", "build", "me.wav", "--out", "./mine.onnx"], "mine.onnx", "the model"),
        (["live", "--source", "me.wav", "--jsonl", "me.wav"], "me.wav", "one of the recordings"),
        (["live", "--source", "me.wav", "--jsonl", "mine.onnx"], "mine.onnx", "the model"),
        (
            ["live", "--source", "demo", "--profile", "p.json", "--jsonl", "p.json"],
            "p.json",
            "the voice profile",
        ),
        (["analyze", "me.wav", "--csv", "link.wav"], "me.wav", "one of the recordings"),
        (["analyze", "me.wav", "--json", "mine.onnx"], "mine.onnx", "the model"),
    ],
)
def test_what_is_read_is_never_written_over(
    emoscope: Run, speech: Path, tmp_path: Path, *, call: list[str], kept: str, sentence: str
) -> None:
    shutil.copy(speech, tmp_path / "me.wav")
    (tmp_path / "link.wav").symlink_to("me.wav")
    (tmp_path / "p.json").write_text("{}")
    make_tiny_model(tmp_path / "mine.onnx", voice=True)
    before = (tmp_path / kept).read_bytes()
    done = emoscope(*call, "--model", "mine.onnx")
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / kept).read_bytes() == before
    assert (tmp_path / "link.wav").is_symlink()


def test_other_files_beside_the_inputs_and_stdout_are_free(tmp_path: Path) -> None:
    check_targets([None, "-", str(tmp_path / "a"), str(tmp_path / "b")], recordings=[tmp_path / "c"])
    check_targets([None, None], recordings=[tmp_path / "c"], model=str(tmp_path / "c"))
    with pytest.raises(CallError, match="Two outputs"):
        check_targets([str(tmp_path / "a"), f"{tmp_path}/./a"])
