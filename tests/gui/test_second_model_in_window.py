"""Two models on one voice: a second set of bars, how often both agree, and the rows in which they differ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import LABELS, prediction
from running import made_up_speech

from desktop_app.gui.state.second_answers import SecondAnswers
from desktop_app.gui.state.utterance_rows import DIFFERS, Column, RowFilter
from desktop_app.gui.window import MainWindow


class TestTheAnswers:
    def test_agreement_is_counted_over_speech_that_both_have_judged(self) -> None:
        answers = SecondAnswers()
        answers.begin("other", LABELS)
        assert answers.agreement == ""
        answers.final(1.0, prediction("sad"), prediction("sad"))
        answers.final(4.0, prediction("sad"), prediction("happy"))
        answers.final(6.0, prediction("sad", nobody=True), prediction("happy"))
        answers.final(9.0, prediction("sad"), None)
        assert answers.agreement == "same in 1 of 2"

    def test_they_differ_in_the_label_or_in_whether_anybody_speaks(self) -> None:
        answers = SecondAnswers()
        answers.begin("other", LABELS)
        answers.final(1.0, prediction("sad"), prediction("sad"))
        assert not answers.differs(1.0, prediction("sad"))
        assert answers.differs(1.0, prediction("happy"))
        assert answers.differs(1.0, prediction("sad", nobody=True))
        assert not answers.differs(2.0, prediction("happy")), "it was not judged by both"

    def test_another_second_model_begins_anew(self) -> None:
        answers = SecondAnswers()
        answers.begin("other", LABELS)
        answers.final(1.0, prediction("sad"), prediction("sad"))
        answers.begin("", ())
        assert answers.of(1.0) is None
        assert answers.latest is None


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("speech") / "talk.wav"
    soundfile.write(path, np.concatenate([made_up_speech((0.6, 0.6)) for _ in range(4)]), 16_000)
    return path


@pytest.mark.slow
def test_a_second_model_is_shown_beside_the_first_and_switched_off_again(
    listening: MainWindow, other_model_file: Path, until: Callable[..., None]
) -> None:
    live = listening.live
    listening.controller.second.compare(other_model_file)
    until(lambda: listening.controller.second.on)
    assert live._second.isVisible()
    assert live.second_bars.labels == ("bored", "tender", "proud")
    until(lambda: listening.controller.second.answers.agreement != "", 30)
    assert "same in 0 of" in live._second_title.text(), "they have no label in common"
    live.show_utterances(True)
    rows = live.utterances.table.utterances.rows
    until(lambda: any(rows.text(number, Column.OTHER) for number in rows.order), 30)
    rows.set_filter(RowFilter(DIFFERS))
    assert rows.order
    listening.actions_["second_model"].trigger()
    assert not listening.controller.second.on
    assert not live._second.isVisible()


@pytest.mark.slow
def test_a_file_that_is_no_model_is_refused_in_a_sentence_and_nothing_changes(
    listening: MainWindow, tmp_path: Path, until: Callable[..., None]
) -> None:
    (tmp_path / "bad.onnx").write_text("nothing")
    listening.controller.second.compare(tmp_path / "bad.onnx")
    until(lambda: "bad.onnx" in listening.banner.message)
    assert not listening.controller.second.on
    assert listening.controller.engine is not None
