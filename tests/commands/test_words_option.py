"""What --words needs, told in a sentence before anything is analyzed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from desktop_app.audio.demo import demo_path

Emoscope = Callable[..., subprocess.CompletedProcess[str]]


def test_a_model_that_is_not_there_is_told(emoscope: Emoscope, tmp_path: Path) -> None:
    done = emoscope("analyze", demo_path(), "--words", "--words-model", tmp_path / "none")
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"emoscope: The folder '{tmp_path / 'none'}' of a Whisper model does not exist.")


def test_files_that_are_no_model_are_told(emoscope: Emoscope, tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}", "utf-8")
    done = emoscope("analyze", demo_path(), "--words", "--words-model", tmp_path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"emoscope: The Whisper model '{tmp_path}' cannot be opened: ")
    assert "Traceback" not in line


def test_a_model_without_words_is_a_wrong_call(emoscope: Emoscope, tmp_path: Path) -> None:
    done = emoscope("analyze", demo_path(), "--words-model", tmp_path)
    assert done.returncode == 2
    assert "--words-model says what --words writes with" in done.stderr


def test_a_run_without_words_is_not_gone_on_with_by_one_with_them(emoscope: Emoscope, tmp_path: Path) -> None:
    """Its results lack what was said: the journal tells by the option."""
    from argparse import Namespace

    from desktop_app.commands.analyze import _options
    from desktop_app.core.channel_choice import AUTO
    from desktop_app.words.models import WhisperFolder

    class Writes:
        model = WhisperFolder(tmp_path, "small")

    (tmp_path / "model.bin").write_bytes(b"weights")
    args = Namespace(profile=None, adapt="on", one_voice=False, strict=False, channel=AUTO, track=None)
    plain = _options(args, ("calm",), "energy", None)
    asked = _options(args, ("calm",), "energy", Writes())  # type: ignore[arg-type]
    assert "words_sha256" not in plain, "runs of before go on"
    assert {**plain, "words_sha256": WhisperFolder(tmp_path, "").sha256()} == asked
