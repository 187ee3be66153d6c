"""What --words needs, told in a sentence before anything is analyzed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

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


def test_a_fusion_without_what_it_weighs_is_a_wrong_call(emoscope: Emoscope, tmp_path: Path) -> None:
    done = emoscope("analyze", demo_path(), "--words", "--fusion", tmp_path / "x.fusion.json")
    assert done.returncode == 2
    assert "--fusion weighs what --text-model tells" in done.stderr


def test_a_fusion_is_of_all_emotions_and_of_its_own_two_models(tmp_path: Path) -> None:
    from argparse import Namespace

    from desktop_app.commands.words import asked_fusion, check_fusion
    from desktop_app.core.errors import CallError
    from desktop_app.core.fusion import FusedModel, Fusion, FusionError, Weights
    from desktop_app.core.fusion_file import write_fusion

    labels = ("calm", "angry")
    models = FusedModel("tiny", "a" * 64, labels), FusedModel("words", "b" * 64, ("anger", "joy"))
    made, path = Fusion(*models, (Weights(), Weights())), tmp_path / "x.fusion.json"
    write_fusion(path, made)
    args = Namespace(fusion=str(path), text_model="words.onnx", labels=None)
    assert asked_fusion(args) == made
    with pytest.raises(CallError, match="--labels leaves some out"):
        asked_fusion(Namespace(**{**vars(args), "labels": ["calm", "angry"]}))
    assert asked_fusion(Namespace()) is None, "the window, which goes on as live, has no such option"

    def opened(model: FusedModel) -> SimpleNamespace:
        manifest = SimpleNamespace(name=model.name, labels=model.labels)
        return SimpleNamespace(**asdict(model), manifest=manifest, text_model=None)

    engine, text = map(opened, models)
    check_fusion(made, engine, SimpleNamespace(text_model=text))  # type: ignore[arg-type]
    text.sha256 = "c" * 64
    with pytest.raises(FusionError, match="another version of the text model 'words'"):
        check_fusion(made, engine, SimpleNamespace(text_model=text))  # type: ignore[arg-type]


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


@pytest.mark.parametrize(
    ("sound", "told"), [(False, "with THE WORDS, without sound;"), (True, "with THE WORDS, WITH ITS SOUND;")]
)
def test_a_session_says_first_that_it_keeps_the_words(tmp_path: Path, sound: bool, told: str) -> None:
    from desktop_app.commands.live import what_is_kept

    assert told in what_is_kept(tmp_path, sound=sound, words=True)
    assert "WORDS" not in what_is_kept(tmp_path, sound=sound, words=False)
