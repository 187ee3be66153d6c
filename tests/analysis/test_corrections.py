"""What a person says of stretches of a recording is kept beside it, found again, and can be taken back."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.analysis.corrections import Correction, matched, with_correction
from desktop_app.analysis.corrections_file import CorrectionsFile, beside, data_folder, load_corrections
from desktop_app.analysis.corrections_format import CorrectionsError

HEAD = '{"emoscope_corrections": 1, "recording": {"name": "a", "bytes": 1, "sha256": "a"}, "records": ['
SAD = Correction(1.0, 3.0, "sad")


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Any bytes will do: corrections never look into the sound."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "data"))
    path = tmp_path / "talks" / "talk.wav"
    path.parent.mkdir()
    path.write_bytes(b"RIFF" + bytes(range(200)))
    return path


def said(records: tuple[Correction, ...]) -> list[tuple[float, float, str]]:
    return [(record.start_s, record.end_s, record.label) for record in records]


class TestRecords:
    def test_a_new_one_holds_where_it_is_and_the_old_one_beside_it(self) -> None:
        records, removed, _ = with_correction((Correction(0, 10, "sad"),), Correction(4, 6, "angry"))
        assert said(records) == [(0, 4, "sad"), (4, 6, "angry"), (6, 10, "sad")]
        assert said(removed) == [(0, 10, "sad")]

    def test_slivers_of_an_old_one_go(self) -> None:
        records, _, _ = with_correction((Correction(0, 2, "sad"),), Correction(0.1, 1.9, "angry"))
        assert said(records) == [(0.1, 1.9, "angry")]

    def test_another_channel_is_another_voice(self) -> None:
        records, _, _ = with_correction(
            (Correction(0, 2, "sad", channel=1),), Correction(0, 2, "x", channel=2)
        )
        assert len(records) == 2

    @given(st.lists(st.tuples(st.floats(0, 60), st.floats(0.5, 20)), max_size=6))
    def test_however_many_there_are_they_never_overlap(self, places: list[tuple[float, float]]) -> None:
        records: tuple[Correction, ...] = ()
        for number, (start_s, seconds) in enumerate(places):
            records, removed, added = with_correction(
                records, Correction(start_s, start_s + seconds, str(number))
            )
            assert not set(removed) & set(records)
            assert set(added) <= set(records)
        assert all(a.end_s <= b.start_s for a, b in pairwise(records))

    def test_a_record_holds_for_each_segment_that_it_covers_by_half(self) -> None:
        found = matched([Correction(0, 10, "sad")], [(0, 4), (6, 12), (9, 14), (20, 21)])
        assert [record and record.label for record in found] == ["sad", "sad", None, None]

    def test_of_two_the_one_that_fits_better_holds(self) -> None:
        wide, narrow = Correction(0, 10, "wide"), Correction(3.9, 6.1, "narrow")
        assert matched([wide, narrow], [(4, 6)]) == [narrow]

    def test_text_is_made_fit_for_any_file(self) -> None:
        odd = Correction(0, 1, "a\tb\n\x00c\ud800 ", "one\r\ntwo\x1b[31m\n\n", "\u202eAnna").cleaned()
        assert (odd.label, odd.note, odd.speaker) == ("a b c?", "one\ntwo [31m", "Anna")


class TestTheFile:
    def test_times_that_no_decimal_holds_are_undone_like_others(self, talk: Path) -> None:
        file = CorrectionsFile(talk, 12.0)
        start_s = 6.630000000000001
        file.put(Correction(start_s, 8.8, "angry"))
        file.put(Correction(start_s, 8.8, "angry", "a note"))
        file.put(Correction(start_s, 8.8, "happy"))
        assert [one.label for one in file.undo()] == ["angry"]
        assert [one.note for one in file.undo()] == [""]
        assert file.undo() == ()
        assert CorrectionsFile(talk, 12.0).records == ()

    def test_what_is_said_stands_beside_the_recording_at_once(self, talk: Path) -> None:
        CorrectionsFile(talk, 12.0).put(Correction(1.0, 3.0, "sad", "Listen again.", "Anna"))
        data = json.loads((talk.parent / "talk.wav.emoscope.json").read_text())
        assert data["emoscope_corrections"] == 1
        assert data["recording"]["name"] == "talk.wav"
        assert data["recording"]["duration_s"] == 12.0
        (record,) = data["records"]
        assert (record["label"], record["note"], record["speaker"]) == ("sad", "Listen again.", "Anna")
        assert record["created"].endswith("+00:00")
        assert load_corrections(talk).records[0].note == "Listen again."

    def test_a_change_can_be_taken_back_and_made_again(self, talk: Path) -> None:
        file = CorrectionsFile(talk)
        file.put(SAD)
        file.put(Correction(2.0, 4.0, "angry"))
        file.remove(file.records[0])
        assert said(file.undo()) == [(1.0, 2.0, "sad"), (2.0, 4.0, "angry")]
        assert said(file.undo()) == [(1.0, 3.0, "sad")]
        assert said(load_corrections(talk).records) == [(1.0, 3.0, "sad")]
        assert said(file.redo()) == [(1.0, 2.0, "sad"), (2.0, 4.0, "angry")]
        assert said(file.undo()) == [(1.0, 3.0, "sad")]
        assert file.undo() == ()
        assert not file.can_undo
        assert file.undo() == ()

    def test_saying_nothing_takes_a_label_away(self, talk: Path) -> None:
        file = CorrectionsFile(talk)
        file.put(SAD)
        assert file.put(Correction(1.0, 3.0)) == ()
        assert said(file.undo()) == [(1.0, 3.0, "sad")]

    def test_nothing_is_left_on_the_disk_when_nothing_is_said_any_more(self, talk: Path) -> None:
        file = CorrectionsFile(talk)
        file.put(Correction(5.0, 6.0))
        assert not beside(talk).exists(), "nothing was said"
        file.put(SAD)
        file.undo()
        assert list(talk.parent.iterdir()) == [talk]
        file.redo()
        assert said(load_corrections(talk).records) == [(1.0, 3.0, "sad")]

    def test_what_another_window_wrote_meanwhile_stays(self, talk: Path) -> None:
        one, other = CorrectionsFile(talk), CorrectionsFile(talk)
        one.put(SAD)
        other.put(Correction(5.0, 6.0, "angry"))
        assert said(one.put(Correction(8.0, 9.0, "calm"))) == [
            (1.0, 3.0, "sad"),
            (5.0, 6.0, "angry"),
            (8.0, 9.0, "calm"),
        ]
        one.undo()
        assert said(one.undo()) == [(5.0, 6.0, "angry")]

    @pytest.mark.parametrize("times", [(3.0, 1.0), (-1.0, 2.0), (1.0, float("inf")), (float("nan"), 2.0)])
    def test_only_a_stretch_can_be_said_something_of(self, talk: Path, times: tuple[float, float]) -> None:
        with pytest.raises(ValueError, match="beginning"):
            CorrectionsFile(talk).put(Correction(*times, "sad"))
        assert not beside(talk).exists()

    def test_a_recording_of_another_ending_has_its_own(self, talk: Path) -> None:
        CorrectionsFile(talk).put(SAD)
        other = talk.with_suffix(".mp3")
        other.write_bytes(b"another")
        assert load_corrections(other).records == ()


class TestFindingAgain:
    def test_a_renamed_recording_is_recognised_and_its_file_takes_the_new_name(self, talk: Path) -> None:
        CorrectionsFile(talk).put(SAD)
        renamed = talk.rename(talk.with_name("monday.wav"))
        assert said(load_corrections(renamed).records) == [(1.0, 3.0, "sad")]
        CorrectionsFile(renamed).put(Correction(5.0, 6.0, "angry"))
        assert beside(renamed).exists()
        assert not beside(talk).exists()

    def test_a_copy_is_not_taken_for_it_while_it_is_there(self, talk: Path) -> None:
        CorrectionsFile(talk).put(SAD)
        assert load_corrections(Path(shutil.copy(talk, talk.with_name("copy.wav")))).records == ()

    def test_moved_with_its_file_it_is_the_same(self, talk: Path, tmp_path: Path) -> None:
        CorrectionsFile(talk).put(SAD)
        moved = talk.parent.rename(tmp_path / "archive") / talk.name
        assert said(load_corrections(moved).records) == [(1.0, 3.0, "sad")]

    def test_where_no_file_can_be_written_they_are_kept_in_the_users_folder_and_that_is_told(
        self, talk: Path
    ) -> None:
        long = talk.rename(talk.with_name("n" * 245 + ".wav"))  # no room for a longer name
        file = CorrectionsFile(long)
        file.put(SAD)
        assert [warning.code for warning in file.warnings] == ["corrections.elsewhere"]
        (kept,) = data_folder().iterdir()
        assert str(kept) in file.warnings[0].message
        assert said(load_corrections(long).records) == [(1.0, 3.0, "sad")]
        back = long.rename(talk)  # found by its content, and then kept beside it
        assert said(CorrectionsFile(back).put(Correction(5, 6, "calm"))) == [
            (1.0, 3.0, "sad"),
            (5, 6, "calm"),
        ]
        assert beside(talk).exists()
        assert list(data_folder().iterdir()) == []

    def test_taken_back_where_two_files_are_none_of_them_holds(self, talk: Path) -> None:
        CorrectionsFile(talk).put(Correction(5, 6, "calm"))
        earlier = beside(talk).read_bytes()
        long = talk.rename(talk.with_name("n" * 245 + ".wav"))
        beside(talk).unlink()
        CorrectionsFile(long).put(SAD)
        back = long.rename(talk)
        beside(back).write_bytes(earlier)
        file = CorrectionsFile(back)
        for record in file.records:
            file.remove(record)
        assert load_corrections(back).records == ()


class TestWhatCannotBeUsed:
    def test_other_sound_of_the_name_is_told_and_its_corrections_are_set_aside_by_a_change(
        self, talk: Path
    ) -> None:
        CorrectionsFile(talk, 12.0).put(SAD)
        talk.write_bytes(b"another recording")
        kept = load_corrections(talk, 15.0)
        assert kept.records == ()
        assert [warning.code for warning in kept.warnings] == ["corrections.other_sound"]
        CorrectionsFile(talk, 15.0).put(Correction(5.0, 6.0, "angry"))
        assert said(load_corrections(talk).records) == [(5.0, 6.0, "angry")]
        assert "sad" in beside(talk).with_name("talk.wav.emoscope.json.old-1").read_text()

    def test_other_tags_are_no_other_sound(self, talk: Path) -> None:
        CorrectionsFile(talk, 12.0).put(SAD)
        talk.write_bytes(talk.read_bytes() + b"TAG")
        assert said(load_corrections(talk, 12.0).records) == [(1.0, 3.0, "sad")]

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "{",
            "[]",
            "null",
            "[" * 100_000,
            '{"emoscope_corrections": 1}',
            '{"emoscope_corrections": "1", "recording": {}, "records": []}',
            HEAD + "{}]}",
            HEAD + '{"start_s": NaN, "end_s": 2}]}',
            HEAD + '{"start_s": 3, "end_s": 2}]}',
            HEAD + '{"start_s": 1, "end_s": 2, "label": 7}]}',
        ],
    )
    def test_a_damaged_file_is_told_and_set_aside_by_the_first_change(self, talk: Path, content: str) -> None:
        beside(talk).write_text(content)
        file = CorrectionsFile(talk)
        (warning,) = file.warnings
        assert warning.code == "corrections.unreadable"
        assert "talk.wav.emoscope.json" in warning.message
        assert beside(talk).read_text() == content  # reading changes nothing
        file.put(SAD)
        assert said(load_corrections(talk).records) == [(1.0, 3.0, "sad")]
        assert talk.with_name("talk.wav.emoscope.json.old-1").read_text() == content

    def test_a_newer_file_is_neither_read_nor_written_over(self, talk: Path) -> None:
        CorrectionsFile(talk).put(SAD)
        newer = beside(talk).read_text().replace('"emoscope_corrections": 1', '"emoscope_corrections": 2')
        beside(talk).write_text(newer)
        assert [warning.code for warning in load_corrections(talk).warnings] == ["corrections.newer"]
        with pytest.raises(CorrectionsError, match="newer version"):
            CorrectionsFile(talk).put(SAD)
        assert beside(talk).read_text() == newer
