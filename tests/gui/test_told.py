"""Failures, warnings and what the window's state says, in another language than English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from gui_events import engine, final, partial, state, tick
from test_codes import listed
from test_small_windows import a_result
from words_in_sight import pseudo, untouched

from desktop_app.core import language
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import mark, tr
from desktop_app.core.types import CaptureState, Cause, Failure, Gap, GapReason, SoundWarned, SoundWarning
from desktop_app.gui.state.analysis import export
from desktop_app.gui.state.condition import BEHIND, Condition
from desktop_app.gui.state.condition import said as said_condition
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.settings_rows import Context, rows
from desktop_app.gui.state.timeline_data import describe, missing, not_judged, silence
from desktop_app.gui.state.told import SENTENCES, parts, retold, told
from desktop_app.gui.state.told_failures import HINTS
from desktop_app.gui.state.training import TrainingState
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.state.words import emotion, in_brief, in_numbers
from models.training.recipe_list import FOLDER as RECIPES
from models.training.recipe_list import about
from scripts.translations import FOLDER, read

LOST = EmoscopeError(
    '"talk.wav" does not exist.', "Name another file.", code="audio.not_found", fields={"path": "talk.wav"}
)
CLIPPED = SoundWarning("clipped", "The recording is clipped: 12.3 % of its samples.", {"share": 0.1234})


@pytest.fixture
def translated() -> Iterator[None]:
    language.install(pseudo)
    yield
    language.install(None)


OF_COMMANDS_ALONE = ("batch.",)
"""What begins so, the window never does."""


def places(text: str) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(text) if place is not None}


class TestSentencesOfCodes:
    def test_each_code_has_one(self) -> None:
        in_the_window = {code for code in listed() if not code.startswith(OF_COMMANDS_ALONE)}
        assert sorted(in_the_window - set(SENTENCES)) == []

    def test_there_is_none_for_anything_else(self) -> None:
        assert sorted({key.partition("/")[0] for key in SENTENCES} - set(listed())) == []

    def test_each_has_one_that_needs_no_values(self) -> None:
        assert [key for key, texts in SENTENCES.items() if places(texts[-1])] == []


class TestInEnglish:
    def test_a_failure_is_told_as_it_says_itself(self) -> None:
        assert told(LOST) == str(LOST)
        assert parts(LOST) == (LOST.message, LOST.hint)
        assert told(CLIPPED) == CLIPPED.message
        assert told(EmoscopeError("No.", code="no.such_code")) == "No."

    def test_words_are_those_of_the_model(self) -> None:
        assert emotion("Anger") == "Anger"


@pytest.mark.usefixtures("translated")
class TestInAnotherLanguage:
    def test_the_sentence_of_the_code_stands_in_place_and_names_the_thing(self) -> None:
        assert untouched(told(LOST)) == []
        assert "talk.wav" in told(LOST)
        assert "does not exist" not in told(LOST)

    @pytest.mark.parametrize("code", sorted(HINTS))
    def test_what_to_do_is_told_without_options_of_the_command_line(self, code: str) -> None:
        failure = EmoscopeError("The file 'a.onnx' is refused.", "Give it with --text-model.", code=code)
        assert "a.onnx" in told(failure)
        assert "--" not in told(failure)
        assert tr(HINTS[code]) in parts(failure)[1]

    def test_values_are_told_where_they_are_known(self) -> None:
        assert "12.3 %" in told(CLIPPED)
        assert "%" not in told(SoundWarning("clipped", "Clipped."))

    def test_why_decides_which_sentence_it_is(self) -> None:
        silent = told(SoundWarning("no_speech", "", {"why": "silent"}))
        assert "zero" in silent
        assert silent != told(SoundWarning("no_speech", "", {"why": "never heard of"}))

    def test_what_is_for_a_terminal_follows_as_it_is(self) -> None:
        failure = EmoscopeError("PyAudio is missing.", "pip install it", code="audio.no_pyaudio")
        assert "pip install it" in told(failure)

    def test_a_failure_of_the_window_itself_needs_no_code(self) -> None:
        language.install(lambda text: {"There is no model yet.": "Noch kein Modell."}.get(text, text))
        assert parts(EmoscopeError("There is no model yet.")) == ("Noch kein Modell.", "")
        assert "It broke." in told(EmoscopeError("It broke."))

    def test_a_finer_code_falls_back_to_what_it_begins_with(self) -> None:
        assert untouched(parts(EmoscopeError("It is odd.", code="model.odd.new"))[0]) == []

    def test_known_sentences_without_a_code_are_told_again(self) -> None:
        again = retold("USB Mic went away. Capture goes on by itself as soon as it is back.")
        assert again.startswith("\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}USB Mic went")
        assert retold("Nobody knows this.") == "Nobody knows this."

    def test_each_recipe_says_what_it_is(self) -> None:
        abouts = [about(path.read_text(encoding="utf-8")) for path in RECIPES.glob("*.yaml")]
        assert abouts
        assert [text for text in abouts if retold(text) == text] == []

    def test_what_such_a_sentence_holds_is_told_again_as_well(self) -> None:
        assert untouched(retold("Empty, left out: 3 files, such as a.wav.")) == []
        assert untouched(retold("Cannot be read, left out: 1 file: a.wav.")) == []
        assert untouched(retold("Cannot be read, left out: 5 files: a.wav, b.wav, c.wav and 2 more.")) == []

    def test_emotions_and_dimensions_have_names_and_others_keep_theirs(self) -> None:
        assert emotion("Anger") == pseudo("angry")
        assert emotion("grumpy") == "grumpy"
        assert in_numbers(("arousal", "odd"), (0.5, 0.25)) == f"{pseudo('arousal')} 0.50, odd 0.25"
        assert untouched(in_brief(("valence", "arousal"), (0.9, 0.1))) == []

    def test_a_condition(self) -> None:
        assert said_condition(BEHIND) == Condition(
            BEHIND.name, pseudo(BEHIND.title), pseudo(BEHIND.help), BEHIND.tone
        )


@pytest.mark.usefixtures("translated")
class TestTheStateOfTheWindow:
    """Everything that it says has passed through the translation."""

    @pytest.mark.parametrize("capture", CaptureState)
    @pytest.mark.parametrize("recording", [False, True])
    def test_each_state(self, capture: CaptureState, recording: bool) -> None:
        model = ViewModel()
        model.plays_recording = recording
        model.apply(engine())
        model.apply(state(capture))
        assert untouched(f"{model.headline.title} {model.headline.detail} {model.take_announcement()}") == []

    @pytest.mark.parametrize("cause", [None, *Cause])
    def test_an_answer_and_doubt(self, cause: Cause | None) -> None:
        from dataclasses import replace

        model = ViewModel()
        model.apply(engine())
        model.apply(state(CaptureState.SPEAKING))
        model.apply(tick(3.0))
        event = final("surprised", 3.0)
        if cause is not None:
            event = replace(event, prediction=replace(event.prediction, uncertain=True, because=cause))
        model.apply(partial("surprised", 2.0))
        for _ in range(2):
            head = model.headline
            told_below = head.condition.text if head.condition is not None else ""
            assert untouched(f"{head.title} {head.detail} {head.help} {told_below}") == []
            model.apply(event)
        assert untouched(model.take_announcement()) == []
        assert all(untouched(describe(segment)) == [] for segment in model.timeline)

    def test_failures_warnings_and_gaps(self) -> None:
        model = ViewModel()
        model.apply(engine())
        model.apply(state(CaptureState.LISTENING))
        model.apply(Gap(1.0, 2.0, GapReason.STALLED))
        condition = model.conditions.current
        assert condition is not None
        assert untouched(condition.text) == []
        model.apply(SoundWarned(CLIPPED, 3.0))
        model.apply(Failure("The disk is full.", "Make room.", code="sessions.disk_full"))
        assert model.notice is not None
        assert untouched(model.notice.text) == []
        assert model.notice.logged == "The disk is full. Make room."
        model.apply(Failure("It broke.", fatal=True, code="model.hangs"))
        model.apply(state(CaptureState.FAILED, message="It broke."))
        assert untouched(model.headline.detail) == []
        for gap in (silence(0, 2, GapReason.PAUSED), missing(0, 2), not_judged(0, 2)):
            assert untouched(f"{gap.text} {gap.why}") == []

    def test_the_rows_of_settings(self) -> None:
        allowed = {"Deutsch", "English", "pyaudio"}
        for row in rows(Settings(), Context(provider="CPUExecutionProvider", detector="energy")):
            texts = (row.title, row.help, tr(row.group), *(text for text, _ in row.entries))
            assert untouched(" ".join(texts), allowed.__contains__) == [], row.name

    def test_a_training(self) -> None:
        training = TrainingState("forest")
        assert untouched(f"{training.title} {training.left}") == []
        training.fail("There is no room.", "Make some.", "write.disk_full")
        assert untouched(f"{training.title} {training.detail}") == []


@pytest.mark.usefixtures("translated")
@pytest.mark.parametrize("kind", ["json", "csv", "html"])
def test_what_is_exported_stays_english(kind: str, tmp_path: Path) -> None:
    written = tmp_path / f"talk.{kind}"
    export(a_result(tmp_path / "talk.wav"), written, kind)
    text = written.read_text(encoding="utf-8")
    assert pseudo("")[0] not in text
    assert "neutral" in text.lower()


def test_translations_have_the_places_of_their_texts() -> None:
    for file in Path(FOLDER).glob("*.ts"):
        wrong = [text for text, said in read(file).items() if said and places(said) != places(text)]
        assert wrong == [], file.name


def test_a_marked_text_stays_as_it_is() -> None:
    assert mark("neutral") == "neutral"
