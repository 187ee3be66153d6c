"""What is said is written down by a process, whose end, slowness and absence are told."""

from __future__ import annotations

import queue
from pathlib import Path

import numpy as np
import pytest
from stand_in_whisper import DIES, WAITS, WRITES

from desktop_app.core.transcript import Transcript, Word
from desktop_app.words import transcriber as room
from desktop_app.words.errors import WordsError
from desktop_app.words.models import WhisperFolder
from desktop_app.words.transcriber import Outcome, Transcriber
from desktop_app.words.worker import is_believed


def sound(what: float, seconds: float = 1.0, rate: int = 16_000) -> np.ndarray:
    return np.full(round(seconds * rate), what, dtype=np.float32)


def test_an_utterance_becomes_text_and_words_at_whatever_rate_it_comes(stand_in: Transcriber) -> None:
    said = stand_in.transcribe(sound(WRITES), 16_000)
    assert said == Transcript("Hello.", "en", 0.9, (Word("Hello.", 0.0, 1.0, 0.8),))
    assert stand_in.transcribe(sound(WRITES, rate=44_100), 44_100).words[0].end_s == pytest.approx(
        1.0, abs=1e-3
    )


def test_words_move_with_their_utterance() -> None:
    said = Transcript("Hello.", "en", 0.9, (Word("Hello.", 0.1, 0.5, 0.8),))
    assert said.later(10.0).words == (Word("Hello.", 10.1, 10.5, 0.8),)
    assert Transcript.of(said.data()) == said


def test_a_process_that_dies_is_told_and_the_next_utterance_has_another(stand_in: Transcriber) -> None:
    with pytest.raises(WordsError) as told:
        stand_in.transcribe(sound(DIES), 16_000)
    assert told.value.code == "words.failed"
    assert stand_in.transcribe(sound(WRITES), 16_000).text == "Hello."


def test_whoever_offers_never_waits(stand_in: Transcriber, tmp_path: Path) -> None:
    told: queue.Queue[Outcome] = queue.Queue()
    stand_in.open()
    offered = [stand_in.offer(sound(WAITS), 16_000, told.put) for _ in range(6)]
    assert offered.count(True) in {2, 3}, "two wait, and one may be under way"
    assert not offered[-1]
    assert told.empty()
    (tmp_path / "gate").touch()
    for _ in range(offered.count(True)):
        assert isinstance(told.get(timeout=30), Transcript)


def test_it_ends_at_once_whatever_it_is_doing(stand_in: Transcriber) -> None:
    told: queue.Queue[Outcome] = queue.Queue()
    stand_in.offer(sound(WAITS), 16_000, told.put)
    stand_in.close()
    stand_in.close()
    assert told.empty()
    assert not stand_in.offer(sound(WRITES), 16_000, told.put)
    with pytest.raises(WordsError):
        stand_in.transcribe(sound(WRITES), 16_000)


def test_a_model_that_does_not_open_is_told(tmp_path: Path, stand_in: Transcriber) -> None:
    stand_in.model = WhisperFolder(tmp_path / "broken", "broken")
    with pytest.raises(WordsError) as told:
        stand_in.open()
    assert told.value.code == "words.model"
    assert "broken' cannot be opened: unsupported model binary version." in told.value.message


def test_without_the_extra_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(room, "lacks", lambda extra: ("faster_whisper",))
    with pytest.raises(WordsError) as told:
        Transcriber(WhisperFolder(tmp_path, "none"))
    assert told.value.code == "words.not_installed"
    assert told.value.hint.endswith('pip install -e ".[cpu,words]"')


def test_what_whisper_writes_of_noise_is_not_believed() -> None:
    assert is_believed(0.02, -0.3, 0.9)
    assert is_believed(0.35, -0.6, 0.9), "hard to hear, and yet well understood"
    assert not is_believed(0.35, -1.2, 0.9)
    assert not is_believed(0.75, -0.2, 0.9)
    assert not is_believed(0.02, -0.3, 8.0), "the same words again and again"
