"""A folder with one subfolder a class is a corpus, once it is told who speaks."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import corpus_trees as trees
import numpy as np
import pytest
import soundfile

from models.corpora import READERS, load_corpus
from models.corpora.check import check_corpus
from models.corpora.findings import Kind
from models.corpora.folder import FolderSettings
from models.corpora.registry import is_own_data, parse_source
from models.data.clip_table import load_table
from models.errors import CorpusError, LeakError
from models.evaluation.folds import speaker_folds


def speakers(clips):
    return {clip.path.name: clip.speaker for clip in clips}


def test_the_subfolder_is_the_class_whatever_its_spelling(tmp_path):
    clips, _ = load_corpus("folder", trees.own(tmp_path), all_emotions=True)
    assert Counter(clip.emotion for clip in clips) == {"angry": 2, "happy": 2, "traurig": 2}
    assert {clip.corpus for clip in clips} == {"folder"}
    assert {clip.emotion for clip in load_corpus("folder", tmp_path)[0]} == {"angry", "happy"}


def test_a_subfolder_for_each_speaker_may_stand_above_the_class(tmp_path):
    trees.sound(tmp_path / "anna" / "Angry" / "take2" / "1.wav")
    trees.sound(tmp_path / "ben" / "neutral" / "1.wav")
    clips, _ = load_corpus("folder", tmp_path, settings=FolderSettings(speaker_pattern="^[^/]+"))
    assert {(clip.speaker, clip.emotion) for clip in clips} == {
        ("folder-anna", "angry"),
        ("folder-ben", "neutral"),
    }


@pytest.mark.parametrize("pattern", [r"/([a-z]+)-\d", r"(?:joy|angry)/(?P<speaker>\w+)-(\d)", r"anna|ben"])
def test_a_pattern_over_the_path_tells_who_speaks(tmp_path, pattern):
    trees.own(tmp_path)
    clips, _ = load_corpus("folder", tmp_path, settings=FolderSettings(speaker_pattern=pattern))
    assert speakers(clips) == {
        "anna-1.wav": "folder-anna",
        "anna-2.wav": "folder-anna",
        "ben-1.wav": "folder-ben",
        "ben-2.wav": "folder-ben",
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_tells_who_speaks_by_path_or_by_name(tmp_path, separator):
    trees.own(tmp_path / "mine")
    rows = (
        ("Path", "speaker", "gender"),
        ("angry/anna-1.wav", "A", "female"),
        ("anna-2.wav", "A", "F"),
        ("joy\\ben-2.wav", "B", "m"),
    )
    table = tmp_path / "who.csv"
    table.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8-sig")
    clips, _ = load_corpus("folder", tmp_path / "mine", settings=FolderSettings(speakers=table))
    assert {clip.path.name: (clip.speaker, clip.gender) for clip in clips} == {
        "anna-1.wav": ("folder-A", "F"),
        "anna-2.wav": ("folder-A", "F"),
        "ben-1.wav": ("folder-unknown", ""),
        "ben-2.wav": ("folder-B", "M"),
    }


def test_one_person_is_one_however_the_accents_of_the_name_are_stored(tmp_path):
    trees.own(tmp_path / "mine")
    names = [unicodedata.normalize(form, "Zoë") for form in ("NFC", "NFD")]
    table = tmp_path / "who.csv"
    table.write_text(f"path,speaker\nanna-1.wav,{names[0]}\nanna-2.wav,{names[1]}\n", encoding="utf-8")
    clips, _ = load_corpus("folder", tmp_path / "mine", settings=FolderSettings(speakers=table))
    assert {clip.speaker for clip in clips if clip.speaker_known} == {"folder-Zoë"}


def test_a_table_of_speakers_that_breaks_off_within_a_cell_is_told(tmp_path):
    trees.own(tmp_path / "mine")
    table = tmp_path / "who.csv"
    table.write_text('path,speaker\n"anna-1.wav,A\nben-1.wav,B\n', encoding="utf-8")
    with pytest.raises(CorpusError, match=r"who\.csv is no CSV behind line 1"):
        load_corpus("folder", tmp_path / "mine", settings=FolderSettings(speakers=table))


@pytest.mark.parametrize("path", ["~nobody-here/mine", f"/{'x' * 300}"])
def test_a_folder_that_cannot_be_is_one_that_does_not_exist(path):
    with pytest.raises(CorpusError, match=f"{path} does not exist"):
        load_corpus(*parse_source(f"folder={path}"))


def test_what_stands_in_the_folder_serves_every_command(tmp_path):
    trees.own(tmp_path)
    (tmp_path / "emoscope.yaml").write_text(
        "name: mine\nlanguage: de\nspeaker_pattern: '([a-z]+)-\\d'\nclasses: {traurig: sad}\n"
    )
    clips, _ = load_corpus("folder", tmp_path)
    assert {clip.speaker for clip in clips} == {"mine-anna", "mine-ben"}
    assert {clip.emotion for clip in clips} == {"angry", "happy", "sad"}
    assert {(clip.corpus, clip.language) for clip in clips} == {("mine", "de")}


def test_classes_may_mean_an_emotion_by_any_of_its_names_and_be_spelt_as_an_archive_spells_them(tmp_path):
    trees.sound(tmp_path / unicodedata.normalize("NFD", "Fröhlich") / "anna-1.wav")
    trees.sound(tmp_path / "wut" / "anna-1.wav", like="angry")
    (tmp_path / "emoscope.yaml").write_text(
        "classes: {fröhlich: Happiness, wut: ANGER, traurig: sad}", encoding="utf-8"
    )
    assert {clip.emotion for clip in load_corpus("folder", tmp_path)[0]} == {"happy", "angry"}
    (note,) = READERS["folder"].scan(tmp_path).notes
    assert note == "Names under classes that no subfolder has: traurig."


def test_what_is_given_with_the_call_counts_before_what_stands_in_the_folder(tmp_path):
    trees.own(tmp_path)
    (tmp_path / "who.csv").write_text("path,speaker\nanna-1.wav,X\n")
    (tmp_path / "emoscope.yaml").write_text("speakers: who.csv\n")
    assert "folder-X" in speakers(load_corpus("folder", tmp_path)[0]).values()
    given, _ = load_corpus("folder", tmp_path, settings=FolderSettings(speaker_pattern="anna|ben"))
    assert set(speakers(given).values()) == {"folder-anna", "folder-ben"}


def test_without_knowing_who_speaks_nothing_is_split(tmp_path):
    clips, _ = load_corpus("folder", trees.own(tmp_path))
    assert not any(clip.speaker_known for clip in clips)
    with pytest.raises(LeakError):
        speaker_folds(clips, 2)


def test_files_outside_of_any_class_are_no_clips(tmp_path):
    trees.own(tmp_path)
    trees.sound(tmp_path / "loose.wav")
    assert "loose.wav" not in speakers(load_corpus("folder", tmp_path, all_emotions=True)[0])


def test_a_folder_without_an_emotion_among_its_classes_is_refused(tmp_path):
    trees.sound(tmp_path / "jazz" / "1.wav")
    with pytest.raises(CorpusError, match=r"None of the classes of .* is one of the eight emotions: jazz"):
        load_corpus("folder", tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("speaker_patern: x", "something unknown"),
        ("- a list", "no names with values"),
        ("speaker_pattern: '(zzz)'", r"'\(zzz\)' finds no speaker in any path .* such as "),
        ("classes: sad", "classes is a mapping"),
        ("name: 7", "everything else is text"),
        ("name: a/b", "name, so it is a plain word"),
        ("a: [", "cannot be read"),
        ("speakers: nowhere.csv", "nowhere.csv cannot be read"),
        ("speaker_pattern: '('", "no regular expression"),
    ],
)
def test_wrong_settings_are_one_sentence(tmp_path, text, told):
    trees.own(tmp_path)
    (tmp_path / "emoscope.yaml").write_text(text)
    with pytest.raises(CorpusError, match=told):
        load_corpus("folder", tmp_path)


def test_a_table_without_its_columns_is_refused(tmp_path):
    trees.own(tmp_path)
    (tmp_path / "who.csv").write_text("file,name\nanna-1.wav,A\n")
    with pytest.raises(CorpusError, match="lacks the columns path and speaker"):
        load_corpus("folder", tmp_path, settings=FolderSettings(speakers=tmp_path / "who.csv"))


def test_a_class_whose_folder_holds_no_sound_is_told_and_ends_a_training_before_it_begins(tmp_path):
    trees.own(tmp_path)
    (tmp_path / "fear").mkdir()
    (tmp_path / "sad").mkdir()
    soundfile.write(tmp_path / "sad" / "muted.wav", np.zeros(16000), 16000)
    report = check_corpus("folder", tmp_path)
    assert report.without_sound == ("sad", "fearful")
    told = [finding.message for finding in report.findings if finding.kind is Kind.WITHOUT_SOUND]
    assert [text[:30] for text in told] == [
        "The class 'sad' has a folder w",
        "The class 'fearful' has a fold",
    ]
    assert report.usable  # another corpus may have clips of them
    with pytest.raises(CorpusError, match=r"'fearful' has no clip: .*fear holds no recording with sound"):
        load_table([f"folder={tmp_path}"], None)
    table = load_table([f"folder={tmp_path}"], None, classes=("angry", "happy"))  # it was not asked for
    assert table.labels == ("angry", "happy")


def test_one_of_several_folders_of_a_class_may_be_empty_and_is_told(tmp_path):
    trees.own(tmp_path / "monday")
    (tmp_path / "tuesday" / "anger" / "later").mkdir(parents=True)
    report = check_corpus("folder", tmp_path)
    assert report.without_sound == ()
    (told,) = [finding for finding in report.findings if finding.kind is Kind.BARE]
    assert told.files == (tmp_path / "tuesday" / "anger",)
    said = []
    load_table([f"folder={tmp_path}"], None, say=said.append)
    (sentence,) = said
    assert sentence.endswith("/anger holds no recording with sound: 'angry' is learnt from the others.")


def test_silence_teaches_nothing_and_is_left_out(tmp_path):
    trees.own(tmp_path)
    sound = next(tmp_path.glob("*/anna-1.wav"))
    soundfile.write(sound.with_name("muted-1.wav"), np.zeros(16000), 16000)
    clips, _ = load_corpus("folder", tmp_path)
    assert clips
    assert "muted-1.wav" not in speakers(clips)
    (said,) = [f.message for f in check_corpus("folder", tmp_path).findings if f.kind is Kind.SILENT]
    assert "left out" in said
    assert "muted-1.wav" in said


def test_own_data_is_what_no_corpus_is_known_for() -> None:
    assert [name for name in READERS if is_own_data(name)] == ["folder"]
    assert is_own_data("mine")


def test_recordings_without_labels_are_told_what_own_data_needs(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "talk.wav", np.full(16000, 0.1), 16000)
    with pytest.raises(CorpusError, match=r"a subfolder for each class, such as .* or recordings that were"):
        load_corpus("folder", tmp_path)
