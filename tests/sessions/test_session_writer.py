"""What of a live run is kept, and when it is on the disk."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sessions_events import LABELS, NOON, Told, final, opened, prediction, wait_until

from desktop_app.core.fusion import FusedModel
from desktop_app.core.transcript import FusedEmotion, TextEmotion, Transcript, Word, WordsHeard
from desktop_app.core.types import (
    CaptureState,
    EngineChanged,
    Failure,
    Gap,
    GapReason,
    LossReason,
    Lost,
    PartialResult,
    SoundWarned,
    SoundWarning,
    StateChanged,
)
from desktop_app.sessions import writer as writing
from desktop_app.sessions.database import FILE
from desktop_app.sessions.export import FORMATS
from desktop_app.sessions.records import EndedBy
from desktop_app.sessions.store import SessionStore
from desktop_app.sessions.upkeep import is_held
from desktop_app.sessions.writer import About, SessionWriter

Begin = Callable[..., SessionWriter]


def count(folder: Path) -> int:
    with SessionStore(folder) as store:
        return len(store.sessions())


class TestWhatIsKept:
    def test_an_answer_comes_back_as_it_was_but_for_what_tells_voices_apart(
        self, begin: Begin, folder: Path
    ) -> None:
        run = begin()
        said = final(3, uncertain=True)
        run.post(said)
        assert run.stop()
        (utterance,) = opened(folder).utterances
        assert (utterance.segment, utterance.start_s, utterance.end_s) == (3, 1.0, 3.0)
        assert (utterance.latency_ms, utterance.wall_clock) == (42.0, NOON + 3.0)
        assert utterance.prediction == replace(said.prediction, embedding=None, speaker=None)
        assert utterance.prediction.undoubted == said.prediction.undoubted
        assert utterance.prediction.default_probabilities == said.prediction.default_probabilities
        assert utterance.prediction.embedding is None
        assert utterance.prediction.speaker is None

    def test_a_session_tells_when_it_was_with_which_model_and_how(self, begin: Begin, folder: Path) -> None:
        run = begin(about=About("microphone", {"channel": "left", "labels": None}, name="Interview"))
        run.post(StateChanged(CaptureState.LISTENING, 0.0, "USB microphone"))
        run.post(final())
        run.post(final(1, 10.0))
        run.stop()
        kept = opened(folder)
        assert kept.session.started == NOON
        assert kept.session.seconds == 12.0
        assert kept.session.ended == NOON + 12.0
        assert kept.session.ended_by is EndedBy.STOPPED
        assert (kept.session.name, kept.session.device) == ("Interview", "USB microphone")
        assert kept.session.settings == {"channel": "left", "labels": None}
        assert (kept.session.utterances, kept.session.speech_s) == (2, 4.0)
        (engine,) = kept.engines
        assert (engine.model, engine.sha256, engine.labels, engine.abstain_below) == (
            "tiny",
            "ab" * 32,
            LABELS,
            0.4,
        )

    def test_outages_losses_warnings_and_failures_are_kept_with_their_reasons(
        self, begin: Begin, folder: Path
    ) -> None:
        run = begin()
        run.post(final())
        run.post(Gap(4.0, 2.5, GapReason.DEVICE_LOST, NOON + 6.5))
        run.post(Lost(1, 7.0, 8.0, LossReason.OVERLOAD, NOON + 8.0))
        run.post(SoundWarned(SoundWarning("hum", "It hums.", {"hz": 50}), 8.5, NOON + 8.5))
        run.post(Failure("It broke.", "Mend it.", True, "model.run", {"places": [1, 2]}, NOON + 9.0))
        run.stop()
        kept = opened(folder)
        assert [(gap.start_s, gap.seconds, gap.reason) for gap in kept.outages] == [
            (4.0, 2.5, GapReason.DEVICE_LOST)
        ]
        assert [(lost.segment, lost.reason) for lost in kept.lost] == [(1, LossReason.OVERLOAD)]
        assert [(w.code, w.message, w.fields) for w in kept.warnings] == [("hum", "It hums.", {"hz": 50})]
        assert [(f.code, f.hint, f.fatal, f.fields) for f in kept.failures] == [
            ("model.run", "Mend it.", True, {"places": [1, 2]})
        ]
        assert kept.session.ended_by is EndedBy.FAILED
        assert kept.session.lost == 1

    def test_partial_results_and_turns_between_listening_and_speaking_are_not(
        self, begin: Begin, folder: Path
    ) -> None:
        run = begin()
        for at_s in range(10):
            run.post(PartialResult(0, 0.0, at_s, prediction(), 1.0))
            run.post(StateChanged(CaptureState.SPEAKING, at_s, "mic"))
            run.post(StateChanged(CaptureState.LISTENING, at_s, "mic"))
        run.post(StateChanged(CaptureState.MUTED, 11.0, "mic", "Every sample is zero."))
        run.post(StateChanged(CaptureState.LISTENING, 12.0, "mic"))
        run.post(final())
        run.stop()
        kept = opened(folder)
        assert len(kept.utterances) == 1
        assert [state.state for state in kept.states] == ["listening", "muted", "listening"]

    def test_other_labels_and_another_model_are_told_apart_by_what_was_answered_with_them(
        self, begin: Begin, folder: Path
    ) -> None:
        run = begin()
        run.post(final())
        few = replace(prediction(), labels=("happy", "sad"), probabilities=(0.75, 0.25), label="happy")
        run.post(replace(final(1, 4.0), prediction=few))
        run.post(EngineChanged("other", LABELS, "CPUExecutionProvider", "", "cd" * 32))
        run.post(final(2, 8.0))
        run.stop()
        kept = opened(folder)
        assert [(engine.model, engine.labels) for engine in kept.engines] == [
            ("tiny", LABELS),
            ("tiny", ("happy", "sad")),
            ("other", LABELS),
        ]
        assert [utterance.engine for utterance in kept.utterances] == [1, 2, 3]
        assert kept.utterances[1].prediction.as_mapping() == {"happy": 0.75, "sad": 0.25}

    def test_what_a_person_does_meanwhile_is_kept_with_the_time(self, begin: Begin, folder: Path) -> None:
        run = begin()
        run.post(final())
        run.change("new_speaker")
        run.change("channel", "left")
        run.note("She laughs.", at_s=2.0)
        run.correct(0, "sad")
        run.correct(7, "sad")  # of what was never said
        run.rename("Tuesday")
        run.stop()
        kept = opened(folder)
        assert [(c.kind, c.value, c.at_s) for c in kept.changes] == [
            ("new_speaker", None, 3.0),
            ("channel", "left", 3.0),
        ]
        assert [(note.text, note.at_s) for note in kept.notes] == [("She laughs.", 2.0)]
        assert kept.utterances[0].corrected == "sad"
        assert kept.session.name == "Tuesday"
        assert kept.session.answers == {"sad": 1}

    def test_a_session_that_begins_in_the_midst_of_a_run_has_times_of_its_own(
        self, begin: Begin, folder: Path
    ) -> None:
        run = begin(begins_s=100.0)
        run.post(final(40, 101.0))
        run.stop()
        kept = opened(folder)
        assert (kept.utterances[0].start_s, kept.session.seconds) == (1.0, 3.0)

    @pytest.mark.parametrize("heard", [[], [final(not_a_voice=True)]])
    def test_nothing_is_kept_where_nobody_speaks(self, begin: Begin, folder: Path, heard: list) -> None:
        run = begin()
        run.post(StateChanged(CaptureState.LISTENING, 0.0, "mic"))
        for event in heard:
            run.post(event)
        assert run.stop()
        assert count(folder) == 0
        assert run.session is None

    def test_what_was_said_is_kept_with_its_utterance_and_on_the_sessions_axis(
        self, begin: Begin, folder: Path
    ) -> None:
        run = begin(begins_s=100.0)
        run.post(final(1, 101.0))
        run.post(final(2, 105.0))
        words = (Word("Hello", 101.2, 101.6, 0.9), Word("there.", 101.6, 102.0, 0.8))
        run.post(WordsHeard(1, 101.0, 103.0, Transcript("Hello there.", "en", 0.97, words)))
        run.post(WordsHeard(7, 50.0, 52.0, Transcript("Of what is not kept.", "en", 0.97)))
        assert run.stop()
        first, second = opened(folder).utterances
        assert first.transcript is not None
        assert (first.transcript.text, first.transcript.language) == ("Hello there.", "en")
        assert [word.start_s for word in first.transcript.words] == [pytest.approx(1.2), pytest.approx(1.6)]
        assert second.transcript is None

    def test_what_words_and_voice_said_of_it_comes_back_in_its_report(
        self, begin: Begin, folder: Path
    ) -> None:
        words = FusedModel("words", "b" * 64, ("joy", "anger"))
        settings = {"text_model": words.data(), "fusion": {"path": "own.json", "sha256": "c" * 64}}
        run = begin(about=About("microphone", settings))
        run.post(final(1, 1.0))
        kind = Transcript("Thank you.", "en", emotion=TextEmotion(words.labels, (0.9, 0.1)))
        shares = tuple(2 * k / (len(LABELS) * (len(LABELS) - 1)) for k in range(len(LABELS)))
        fused = FusedEmotion(LABELS, tuple(round(share, 6) for share in shares))
        run.post(WordsHeard(1, 1.0, 3.0, kind, fused=fused))
        assert run.stop()
        kept = opened(folder)
        assert kept.utterances[0].fused is not None
        assert kept.utterances[0].fused.probabilities == fused.probabilities
        report = json.loads(FORMATS["json"][1](kept))
        assert (report["text_model"], report["text_model_sha256"]) == ("words", "b" * 64)
        assert report["text_labels"] == ["joy", "anger"]
        assert report["fusion"] == {"path": "own.json", "sha256": "c" * 64}
        assert report["files"][0]["segments"][0]["fused"]["label"] == fused.label
        (row,) = csv.DictReader(io.StringIO(FORMATS["csv"][1](kept)))
        assert (row["text_label"], row["text_confidence"]) == ("joy", "0.900000")
        assert row["fused_label"] == fused.label

    def test_what_came_before_the_first_word_is_kept_with_it(self, begin: Begin, folder: Path) -> None:
        run = begin()
        run.post(Gap(1.0, 1.0, GapReason.STALLED, NOON + 2.0))
        run.post(final(0, 0.2, 0.3, not_a_voice=True))
        run.post(final(1, 3.0))
        run.stop()
        kept = opened(folder)
        assert len(kept.outages) == 1
        assert len(kept.utterances) == 2
        assert kept.session.utterances == 1  # of the two sounds one is speech

    def test_long_silence_does_not_fill_the_memory(
        self, begin: Begin, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "MOST_SILENT_ROWS", 5)
        run = begin()
        for number in range(20):
            run.post(Gap(float(number), 0.5, GapReason.STALLED, NOON + number))
        run.post(final(0, 30.0))
        assert run.stop()
        kept = opened(folder)
        assert [gap.start_s for gap in kept.outages] == [15.0, 16.0, 17.0, 18.0, 19.0]
        assert len(kept.utterances) == 1

    def test_a_session_can_be_discarded_at_its_end(self, begin: Begin, folder: Path) -> None:
        run = begin()
        run.post(final())
        wait_until(lambda: run.session is not None, "the session is written")
        assert run.stop(discard=True)
        assert count(folder) == 0


class TestWhileItIsWritten:
    def test_it_can_be_read_and_is_told_to_be_live(self, begin: Begin, folder: Path) -> None:
        run = begin()
        run.post(final())
        wait_until(lambda: run.session is not None, "the session is written")
        kept = opened(folder)
        assert kept.session.live
        assert kept.session.ended is None
        assert len(kept.utterances) == 1
        run.stop()
        assert not opened(folder).session.live

    def test_two_programs_write_side_by_side(self, begin: Begin, folder: Path, told: Told) -> None:
        runs = [begin(), begin()]
        for number in range(30):
            for run in runs:
                run.post(final(number, float(3 * number)))
        assert all(run.stop() for run in runs)
        assert told == []
        with SessionStore(folder) as store:
            assert [session.utterances for session in store.sessions()] == [30, 30]

    def test_what_is_kept_can_be_read_by_its_owner_alone(self, begin: Begin, folder: Path) -> None:
        begin().stop()
        assert (folder.stat().st_mode & 0o777, (folder / FILE).stat().st_mode & 0o777) == (0o700, 0o600)

    def test_a_session_that_was_killed_gets_its_end_at_the_next_start(
        self, begin: Begin, folder: Path
    ) -> None:
        run = begin()
        run.post(final())
        run.stop()
        connection = sqlite3.connect(folder / FILE)
        connection.execute("UPDATE session SET ended = NULL, ended_by = NULL")  # as if killed
        connection.commit()
        connection.close()
        assert not opened(folder).session.live
        living = begin()
        living.post(final())
        wait_until(lambda: living.session is not None, "another session is written")
        connection = sqlite3.connect(folder / FILE)
        written = connection.execute("SELECT ended, ended_by FROM session WHERE id = 1").fetchone()
        connection.close()
        assert written == (NOON + 3.0, EndedBy.INTERRUPTED)
        session = opened(folder).session
        assert (session.ended, session.ended_by) == written
        assert opened(folder, 2).session.ended is None

    def test_no_lock_is_left(self, begin: Begin, folder: Path) -> None:
        run = begin()
        run.post(final())
        wait_until(lambda: run.session is not None, "the session is written")
        (lock,) = folder.glob("*.lock")
        assert is_held(lock)
        run.stop()
        assert list(folder.glob("*.lock")) == []

    def test_posting_never_waits_for_the_disk(self, begin: Begin, folder: Path) -> None:
        run = begin()
        run.post(final())
        wait_until(lambda: run.session is not None, "the session is written")
        other = sqlite3.connect(folder / FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # another program that holds the database
        done = threading.Event()

        def post() -> None:
            for number in range(1, 1000):
                run.post(final(number, float(3 * number)))
            done.set()

        thread = threading.Thread(target=post)
        thread.start()
        assert done.wait(4.0), "the run waits"  # less than the database is waited for
        thread.join()
        other.execute("ROLLBACK")
        other.close()
        assert run.stop(20.0)
        assert len(opened(folder).utterances) == 1000

    def test_more_than_fits_into_the_queue_is_counted_and_told(
        self, begin: Begin, folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "MOST_EVENTS", 10)
        run = SessionWriter(folder, About("microphone"), told.append, commit_s=0.005)
        for number in range(15):
            run.post(final(number, float(3 * number)))
        run.start()
        assert not run.stop()
        assert told.codes == ["sessions.left_out"]
        assert told[0].message == "5 events of this session could not be kept."
        assert len(opened(folder).utterances) == 10
