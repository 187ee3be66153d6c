"""Voice, words and both stand side by side where words tell an emotion, and nothing of it where not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from gui_events import LABELS, final, partial, prediction
from PySide6.QtWidgets import QApplication

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.fusion import FusedModel, Fusion, Weights
from desktop_app.core.fusion_file import file_sha256, write_fusion
from desktop_app.core.transcript import FusedEmotion, TextEmotion, Transcript, WordsHeard
from desktop_app.core.types import FloatArray
from desktop_app.gui.state.modalities import modalities_of
from desktop_app.gui.window import MainWindow
from desktop_app.inference.errors import ModelError
from desktop_app.words import models, transcriber
from desktop_app.words.models import WhisperFolder

Until = Callable[..., None]
TOLD = ("neutral", "joy", "anger", "irony")
KIND = Transcript("Thank you so much.", "en", 0.9, (), TextEmotion(TOLD, (0.05, 0.8, 0.05, 0.1)))
PLAIN = Transcript("Thank you so much.", "en", 0.9)


class StandIn:
    """In place of a Whisper model, a text model and their process; what is offered gets kind words."""

    def __init__(self, model: WhisperFolder, *, text_model: Path | None = None) -> None:
        if text_model is not None and text_model.name == "damaged.onnx":
            raise ModelError(
                "The model file 'damaged.onnx' is refused.", "Give --text-model.", code="model.not_text"
            )
        manifest = SimpleNamespace(name="words", labels=TOLD)
        self.model = model
        identity = FusedModel("words", "b" * 64, TOLD)
        told = SimpleNamespace(sha256="b" * 64, manifest=manifest, identity=identity)
        self.text_model = None if text_model is None else told

    def open(self) -> None:
        pass

    def transcribe(self, waveform: FloatArray, sample_rate: int) -> Transcript:
        return PLAIN if self.text_model is None else KIND

    def offer(
        self, waveform: FloatArray, sample_rate: int, take: Callable[[Transcript | EmoscopeError], object]
    ) -> bool:
        take(self.transcribe(waveform, sample_rate))
        return True

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMOSCOPE_SESSIONS", str(tmp_path / "sessions"))
    (tmp_path / "model.bin").write_bytes(b"weights")
    monkeypatch.setattr(models, "find_model", lambda: WhisperFolder(tmp_path, "whisper-base"))
    monkeypatch.setattr(transcriber, "Transcriber", StandIn)


@pytest.fixture
def fusion_file(model_file: Path, tmp_path: Path) -> Path:
    made = Fusion(
        FusedModel("tiny", file_sha256(model_file), LABELS),
        FusedModel("words", "b" * 64, TOLD),
        (Weights(1.0, 1.0),) * len(LABELS),
    )
    write_fusion(tmp_path / "own.fusion.json", made)
    return tmp_path / "own.fusion.json"


def ask_for_words(window: MainWindow, fusion: Path | None = None) -> None:
    window.preferences.set("text_model", "words.onnx")
    if fusion is not None:
        window.preferences.set("fusion", str(fusion))
    window.preferences.set("words", True)


def test_words_stand_in_the_rows_of_the_voice_by_their_meaning() -> None:
    modalities = modalities_of(prediction("angry", 0.75), KIND, None)
    assert modalities is not None
    by_row = dict(zip(modalities.labels, modalities.words, strict=True))
    assert by_row["happy"] == pytest.approx(0.8), "joy is happy"
    assert by_row["angry"] == pytest.approx(0.05)
    assert by_row["sad"] is None, "the words know nothing sad"
    assert modalities.both is None
    assert modalities.disagreement is not None
    assert [side.text for side in modalities.disagreement] == ["Words: happy 80 %", "Voice: angry 75 %"]
    ironic = replace(KIND, emotion=TextEmotion(TOLD, (0.1, 0.2, 0.1, 0.6)))
    told = modalities_of(prediction("happy", 0.75), ironic, None)
    assert told is not None
    assert told.words_say is None
    assert told.remark == "The words say irony 60 %, which the voice cannot tell."
    for said in (None, PLAIN):
        assert modalities_of(prediction("angry"), said, None) is None
    assert modalities_of(prediction("angry", nobody=True), KIND, None) is None


def test_without_a_text_model_nothing_of_it_is_in_sight(
    window: MainWindow, talking: Callable[[], None], until: Until
) -> None:
    window.preferences.set("words", True)
    talking()
    until(lambda: window.live.said.words == PLAIN.text)
    assert not window.live.modalities.isVisible()
    assert not window.live.disagreement.isVisible()
    assert window.live.bars.isVisible()


def test_live_they_come_with_the_words_and_go_with_the_next_speech(
    window: MainWindow, talking: Callable[[], None], until: Until, fusion_file: Path
) -> None:
    ask_for_words(window, fusion_file)
    talking()
    until(window.live.modalities.isVisible)
    (uttered,) = window.model.utterances
    voice, words, both = (values for _, values in window.live.modalities.columns)
    assert voice == uttered.prediction.probabilities
    assert words[LABELS.index("happy")] == pytest.approx(0.8)
    assert sum(value or 0.0 for value in both) == pytest.approx(1.0)
    happy = LABELS.index("happy")
    assert (both[happy] or 0.0) > (voice[happy] or 0.0)
    assert not window.live.bars.isVisible()
    told = window.live.modalities.accessibleDescription()
    assert told.startswith("Voice: ")
    assert "Words: happy 80 %" in told
    assert "Both: " in told

    window.model.apply(partial("sad", end_s=90.0, segment=7))
    window.show_changes()
    assert window.live.bars.isVisible(), "what is being said has no words yet"
    assert not window.live.modalities.isVisible()
    window.live.show_utterances(True)
    window.live.utterances.table.selectRow(0)
    until(window.live.modalities.isVisible)
    assert [values for _, values in window.live.modalities.columns] == [voice, words, both]


def test_a_fusion_of_another_model_is_told_once_and_voice_and_words_stand_without_it(
    window: MainWindow, talking: Callable[[], None], until: Until, fusion_file: Path
) -> None:
    fusion_file.write_text(fusion_file.read_text("utf-8").replace("b" * 64, "c" * 64), "utf-8")
    ask_for_words(window, fusion_file)
    talking()
    until(window.live.modalities.isVisible)
    assert [title for title, _ in window.live.modalities.columns] == ["Voice", "Words"]
    until(lambda: window.model.notice is not None and window.model.notice.code == "fusion.model")
    window.model.notify(None)
    talking()
    assert window.model.notice is None or window.model.notice.code != "fusion.model"


def test_a_text_model_that_cannot_be_used_is_told_and_words_are_written_down_all_the_same(
    window: MainWindow, talking: Callable[[], None], until: Until
) -> None:
    window.preferences.set("text_model", "damaged.onnx")
    window.preferences.set("words", True)
    talking()
    until(lambda: window.live.said.words == PLAIN.text)
    until(lambda: window.model.notice is not None and window.model.notice.code == "model.not_text")
    assert not window.live.modalities.isVisible()
    window.preferences.show()
    row = window.preferences.page.rows["text_model"]
    assert row.row.told == "Refused: this file is no text model that can be used."
    assert window.model.notice is not None
    assert window.model.notice.hint == "Choose a text model in the settings, or none."
    window.preferences.set("text_model", "words.onnx")
    assert row.row.told == ""


def test_settings_that_lack_another_say_so(window: MainWindow) -> None:
    rows = window.preferences.page.rows
    window.preferences.set("fusion", "own.fusion.json")
    assert rows["fusion"].row.value == "own.fusion.json"
    assert rows["fusion"].row.told == "There is no text model, so there is nothing to weigh."
    window.preferences.set("text_model", "/somewhere/words.onnx")
    assert rows["fusion"].row.told == ""
    assert rows["text_model"].row.value == "words.onnx"
    assert rows["text_model"].row.told == "What is said is not written down, so there is nothing to read."
    window.preferences.set("words", True)
    assert rows["text_model"].row.told == ""


def test_the_row_of_words_says_that_a_model_knows_english_only(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(models.VARIABLE, str(tmp_path))
    (tmp_path / "vocabulary.txt").write_text("x\n" * 51_864, "utf-8")
    row = window.preferences.page.rows["words"]
    window.preferences.set("words", True)
    assert row.row.told == "This model knows English only: other languages become nonsense."
    (tmp_path / "vocabulary.txt").write_text("x\n" * 51_865, "utf-8")
    window.preferences.show()
    assert row.row.told == ""


def test_where_voice_and_words_disagree_a_line_says_so(window: MainWindow, qapp: QApplication) -> None:
    model, line = window.model, window.live.disagreement
    model.spoken.begin(0.0)
    for label, heard, sure in (("angry", True, False), ("happy", False, False), ("angry", False, True)):
        event = final(label, uncertain=sure)
        model.apply(event)
        model.apply(WordsHeard(event.segment, event.start_s, event.end_s, KIND))
        window.show_changes()
        qapp.processEvents()
        assert line.isVisible() == heard
    event = final("angry")
    model.apply(event)
    window.show_changes()
    assert line.accessibleName() == "Words and voice"
    assert line.accessibleDescription() == "Words and voice disagree. Words: happy 80 %. Voice: angry 80 %"


def test_fewer_emotions_divide_all_three_sets(window: MainWindow) -> None:
    from desktop_app.core.label_set import LabelSet

    allowed = window.controller.allowed
    allowed.label_set = LabelSet.of(LABELS, ("happy", "angry"))
    event = final("angry")
    fused = FusedEmotion(LABELS, prediction("happy", 0.65).probabilities, 0.97)
    for each in (event, WordsHeard(event.segment, event.start_s, event.end_s, KIND, fused=fused)):
        window.model.apply(allowed.event(each))
    modalities = window.model.modalities
    assert modalities is not None
    assert modalities.labels == ("happy", "angry")
    assert modalities.both is not None
    assert sum(modalities.both) == pytest.approx(1.0)
    assert modalities.both[0] > 0.9
    assert not modalities.doubtful
    assert modalities.both_doubtful, "less than the model asks for among two"
    window.live.modalities.show_modalities(modalities, {})
    assert "Both, uncertain: " in window.live.modalities.accessibleDescription()


def test_a_chosen_segment_of_a_recording_has_them_and_the_whole_has_not(
    window: MainWindow, model_file: Path, sound_file: Path, until: Until, fusion_file: Path
) -> None:
    from desktop_app.gui.state.analysis import export
    from desktop_app.gui.state.source_choice import SourceChoice

    ask_for_words(window, fusion_file)
    window.controller.rest()
    window.open_recordings([sound_file])
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    view = window.recording
    until(lambda: view.recording is not None and not view.working)
    assert not view.modalities.isVisible()
    view.table.selectRow(0)
    until(view.modalities.isVisible)
    assert [title for title, _ in view.modalities.columns] == ["Voice", "Words", "Both"]
    assert not view.bars.isVisible()
    assert view.recording is not None
    export(view.recording, fusion_file.parent / "talk.json", "json")
    assert '"fused"' in (fusion_file.parent / "talk.json").read_text("utf-8")
    view.track.select(-1)
    view._segment_chosen(-1)
    assert view.bars.isVisible()
    assert not view.modalities.isVisible()


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import numpy as np
    import soundfile
    from running import babble

    path = tmp_path_factory.mktemp("sound") / "talk.wav"
    noise = 0.001 * np.random.default_rng(1).standard_normal(16_000)
    soundfile.write(path, np.concatenate([noise, babble(1.2, 16_000, 1), noise]), 16_000)
    return path


def test_where_they_disagree_is_marked_in_the_table_and_can_be_looked_for(
    window: MainWindow, qapp: QApplication
) -> None:
    from PySide6.QtCore import Qt

    from desktop_app.gui.state.utterance_rows import DISAGREES, Column

    model, panel = window.model, window.live.utterances
    window.live.show_utterances(True)
    assert panel.by_label.findData(DISAGREES) < 0, "without a text model there is nothing to look for"
    model.spoken.begin(0.0)
    for number, label in enumerate(("angry", "happy", "sad")):
        event = final(label, end_s=2.0 + 3 * number, segment=number, start_s=0.2 + 3 * number)
        model.apply(event)
        model.apply(WordsHeard(number, event.start_s, event.end_s, KIND))
    window.show_changes()
    qapp.processEvents()
    rows = panel.table.utterances
    cells = [rows.index(row, Column.SAID) for row in range(3)]
    marked = [cell.data(Qt.ItemDataRole.DecorationRole) is not None for cell in cells]
    assert marked == [True, False, False], "these words know nothing sad"
    assert cells[0].data(Qt.ItemDataRole.ToolTipRole) == (
        f"{KIND.text}\nWords and voice disagree: happy, angry."
    )
    panel.by_label.setCurrentIndex(panel.by_label.findData(DISAGREES))
    assert rows.rowCount() == 1
