"""What --words needs, told in a sentence before anything is analyzed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from desktop_app.audio.demo import demo_path
from tests.tiny_model import make_tiny_model
from tests.tiny_text_model import make_tiny_text_model

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


def test_a_text_model_needs_words_and_must_be_one(emoscope: Emoscope, tmp_path: Path) -> None:
    text, voice = make_tiny_text_model(tmp_path / "t.onnx"), make_tiny_model(tmp_path / "v.onnx")
    done = emoscope("analyze", demo_path(), "--text-model", text)
    assert done.returncode == 2
    assert "--text-model reads what --words writes down" in done.stderr
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}", "utf-8")
    words = ("--words", "--words-model", tmp_path, "--text-model")
    for command, *more in (("analyze", demo_path()), ("live", "--source", demo_path())):
        done = emoscope(command, *more, *words, voice)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"emoscope: The model file '{voice}' is refused: it is a voice model")
    done = emoscope("analyze", demo_path(), "--model", text)
    assert done.returncode == 1
    assert "is refused: it is a text model" in done.stderr


def test_a_run_without_words_is_not_gone_on_with_by_one_with_them(emoscope: Emoscope, tmp_path: Path) -> None:
    """Its results lack what was said: the journal tells by the option."""
    from argparse import Namespace

    from desktop_app.commands.analyze import _options
    from desktop_app.core.channel_choice import AUTO
    from desktop_app.words.models import WhisperFolder

    class Writes:
        model = WhisperFolder(tmp_path, "small")
        text_model = None

    (tmp_path / "model.bin").write_bytes(b"weights")
    args = Namespace(profile=None, adapt="on", one_voice=False, strict=False, channel=AUTO, track=None)
    plain = _options(args, ("calm",), "energy", None)
    asked = _options(args, ("calm",), "energy", Writes())  # type: ignore[arg-type]
    assert "words_sha256" not in plain, "runs of before go on"
    assert {**plain, "words_sha256": WhisperFolder(tmp_path, "").sha256()} == asked
