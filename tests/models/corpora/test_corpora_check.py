"""A check tells everything that is not as it should be, and what is."""

from __future__ import annotations

import json

import corpus_trees as trees
import numpy as np
import pytest
import soundfile

from models.corpora.check import check_corpora, check_corpus
from models.corpora.findings import Kind, Severity
from models.corpora.folder import FolderSettings


def told(report, kind):
    """The one finding of this kind."""
    (finding,) = [finding for finding in report.findings if finding.kind is kind]
    return finding


def kinds(report):
    return {finding.kind for finding in report.findings}


def test_it_counts_clips_speakers_genders_classes_and_time(tmp_path):
    report = check_corpus("savee", trees.savee(tmp_path, one_folder=True))
    assert report.usable
    assert (report.clips, dict(report.genders)) == (28, {"M": 4})
    assert dict(report.speakers) == dict.fromkeys(("savee-DC", "savee-JE", "savee-JK", "savee-KL"), 7)
    assert list(report.emotions) == ["neutral", "happy", "sad", "angry", "fearful", "disgust", "surprised"]
    assert report.seconds == pytest.approx(28 * 0.6, rel=0.1)
    assert dict(report.sample_rates) == {trees.RATE: 28}


def test_it_compares_with_what_was_published(tmp_path):
    report = check_corpus("ravdess_speech", trees.ravdess(tmp_path, (1, 2, 30)))
    messages = " ".join(finding.message for finding in report.findings)
    assert "Here are 24 of the 1440 published clips." in messages
    assert "Not here of the 24 published speakers: ravdess-03" in messages
    assert "Not among the published speakers: ravdess-30." in messages
    assert "Fewer than the published 60 clips: ravdess-01 (8)" in messages


def test_a_complete_corpus_is_called_complete(tmp_path):
    for speaker in ("DC", "JE", "JK", "KL"):
        for emotion in ("a", "d", "f", "h", "n", "sa", "su"):
            for number in range(1, 31 if emotion == "n" else 16):
                trees.sound(tmp_path / speaker / f"{emotion}{number:02}.wav", 0.4 + 1e-3 * number)
    report = check_corpus("savee", tmp_path)
    assert [f.message for f in report.findings] == ["Complete: 480 clips of 4 speakers, as published."]


def test_a_corpus_that_was_unpacked_twice_counts_once(tmp_path):
    trees.savee(tmp_path / "once", one_folder=False)
    for path in sorted(tmp_path.rglob("*.wav")):
        copy = tmp_path / "again" / path.relative_to(tmp_path / "once")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    report = check_corpus("savee", tmp_path)
    assert report.clips == 28
    assert "28 clips, such as a01.wav = a01.wav" in told(report, Kind.DUPLICATE).message
    assert any("Here are 28 of the 480" in finding.message for finding in report.findings)
    assert Kind.CONTRADICTION not in kinds(report)


def test_the_same_sound_in_another_encoding_is_a_duplicate(tmp_path):
    trees.sound(tmp_path / "03a01Fa.wav", 0.5, like="one")
    trees.sound(tmp_path / "copy" / "03a01Fa.flac", 0.5, like="one")
    report = check_corpus("emodb", tmp_path)
    assert report.clips == 1
    assert len(told(report, Kind.DUPLICATE).files) == 2


def test_the_twins_of_ravdess_actor_07_are_a_known_flaw(tmp_path):
    for statement in ("01", "02"):
        trees.sound(tmp_path / f"03-01-03-01-02-{statement}-07.wav", 0.5, like="twin")
    report = check_corpus("ravdess_speech", tmp_path)
    assert Kind.DUPLICATE in kinds(report)
    assert "published with the same sound" in told(report, Kind.KNOWN_FLAW).message


def test_one_sound_under_two_emotions_is_a_contradiction(tmp_path):
    trees.own(tmp_path)
    trees.sound(tmp_path / "sad" / "anna-9.wav", like="angry/anna-1.wav")
    report = check_corpus("folder", tmp_path, FolderSettings(speaker_pattern="anna|ben"))
    finding = told(report, Kind.CONTRADICTION)
    assert "anna-1.wav (folder-anna, angry) and anna-9.wav (folder-anna, sad)" in finding.message


def test_two_versions_of_one_clip_are_told(tmp_path):
    trees.sound(tmp_path / "wav" / "03a01Fa.wav")
    trees.sound(tmp_path / "ogg" / "03a01Fa.ogg")
    assert len(told(check_corpus("emodb", tmp_path), Kind.VARIANT).files) == 2


def test_broken_files_are_told_each_in_its_kind(tmp_path):
    noise = (3000 * np.random.default_rng(0).standard_normal(8000)).astype(np.int16)
    (tmp_path / "03a01Fa.wav").touch()
    (tmp_path / "03a01Fb.wav").write_bytes(b"no sound at all")
    (tmp_path / "03a01Fc.wav").write_text("version https://git-lfs.github.com/spec/v1\n")
    soundfile.write(tmp_path / "03a01Fd.wav", np.zeros(8000), trees.RATE)
    soundfile.write(tmp_path / "03a01Fe.wav", noise, trees.RATE)
    whole = (tmp_path / "03a01Fe.wav").read_bytes()
    (tmp_path / "03a01Fe.wav").write_bytes(whole[: len(whole) // 2])
    soundfile.write(tmp_path / "03a01Ff.wav", np.full(8000, np.nan, np.float32), trees.RATE, "FLOAT")
    soundfile.write(tmp_path / "03a01Fg.wav", noise[:1600], trees.RATE)
    soundfile.write(tmp_path / "03a01Wb.wav", noise / 3000.0, trees.RATE, "FLOAT")
    whole = trees.sound(tmp_path / "03a01Wc.ogg").read_bytes()
    (tmp_path / "03a01Wc.ogg").write_bytes(whole[: len(whole) // 2])
    trees.sound(tmp_path / "prelude.wav")
    trees.sound(tmp_path / "03a01Wa.wav")
    report = check_corpus("emodb", tmp_path)
    files = {kind: set() for kind in Kind}
    for finding in report.findings:
        files[finding.kind] |= {path.name for path in finding.files}
    assert files[Kind.EMPTY] == {"03a01Fa.wav"}
    assert files[Kind.UNREADABLE] == {"03a01Fb.wav", "03a01Fc.wav", "03a01Ff.wav"}
    assert files[Kind.SILENT] == {"03a01Fd.wav"}
    assert files[Kind.TRUNCATED] == {"03a01Fe.wav", "03a01Wc.ogg"}
    assert files[Kind.LOUD] == {"03a01Wb.wav"}
    assert files[Kind.SHORT] == {"03a01Fe.wav", "03a01Fg.wav"}
    assert files[Kind.UNPARSED] == {"prelude.wav"}
    assert report.usable
    assert report.clips == 4


def test_a_damaged_mp3_is_told_by_the_report_alone(tmp_path, capfd):
    trees.sound(tmp_path / "03a01Wa.mp3")
    (tmp_path / "03a01Fa.mp3").write_bytes(np.random.default_rng(0).bytes(5000))
    report = check_corpus("emodb", tmp_path)
    assert told(report, Kind.UNREADABLE).files == (tmp_path / "03a01Fa.mp3",)
    assert capfd.readouterr().err == ""


def test_clips_cut_to_one_length_are_noticed(tmp_path):
    for number in range(60):
        trees.sound(tmp_path / f"SM0_anger_{number}.wav", 0.4)
    assert (
        "60 of 60 clips last exactly 0.40 s" in told(check_corpus("nemo", tmp_path), Kind.TRUNCATED).message
    )


def test_different_sample_rates_are_told(tmp_path):
    trees.sound(tmp_path / "03a01Fa.wav", rate=16_000)
    trees.sound(tmp_path / "03a01Wa.wav", rate=48_000)
    message = told(check_corpus("emodb", tmp_path), Kind.FORMAT).message
    assert message == "Sample rates differ: 16000 Hz (1), 48000 Hz (1)."


def test_classes_that_are_none_of_the_eight_are_told(tmp_path):
    report = check_corpus("iemocap", trees.iemocap(tmp_path))
    assert told(report, Kind.OUTSIDE).message == (
        "Classes that are none of the eight, left out of training: "
        "excited (1), frustrated (1), no agreement (1), other (1)."
    )


def test_turns_without_a_label_and_labels_without_a_turn_are_told(tmp_path):
    trees.iemocap(tmp_path)
    dialogue = tmp_path / "Session1" / "sentences" / "wav" / "Ses01F_impro01"
    (dialogue / "Ses01F_impro01_F000.wav").rename(dialogue / "Ses01F_impro01_F099.wav")
    report = check_corpus("iemocap", tmp_path)
    assert [path.stem for path in told(report, Kind.UNPARSED).files] == ["Ses01F_impro01_F099"]
    assert told(report, Kind.REMARK).message == "Labelled turns without sound: 1."


def test_song_among_speech_is_no_fault(tmp_path):
    report = check_corpus("ravdess_speech", trees.ravdess(tmp_path, (1,), ("01", "02")))
    assert Kind.UNPARSED not in kinds(report)
    assert "Files of RAVDESS song, which is a corpus of its own here: 6" in told(report, Kind.REMARK).message


def test_genders_that_are_not_known_are_told(tmp_path):
    report = check_corpus("cremad", trees.cremad(tmp_path, demographics=False))
    assert "VideoDemographics.csv" in told(report, Kind.REMARK).message
    assert dict(report.genders) == {"": 3}


def test_own_data_says_when_nobody_knows_who_speaks(tmp_path):
    finding = told(check_corpus("folder", trees.own(tmp_path)), Kind.SPEAKERS)
    assert finding.severity is Severity.WARNING
    assert finding.message.startswith("Speakers are not known, so all clips count as one person's.")
    assert "--speaker-pattern" in finding.message


def test_own_data_says_whose_clips_are_not_known(tmp_path):
    report = check_corpus("folder", trees.own(tmp_path), FolderSettings(speaker_pattern="anna"))
    assert any("Speaker not known" in f.message and len(f.files) == 3 for f in report.findings)


def test_own_data_says_when_a_class_is_one_voice(tmp_path):
    for place in ("angry/anna", "angry/ben", "sad/anna"):
        trees.sound(tmp_path / f"{place}.wav")
    report = check_corpus("folder", tmp_path, FolderSettings(speaker_pattern="anna|ben"))
    assert told(report, Kind.SPEAKERS).message.startswith("Only one speaker speaks: sad.")


def test_rows_of_a_table_that_name_no_clip_are_told(tmp_path):
    trees.own(tmp_path)
    (tmp_path / "who.csv").write_text("path,speaker\nanna-1.wav,A\nzoe-1.wav,Z\n")
    report = check_corpus("folder", tmp_path, FolderSettings(speakers=tmp_path / "who.csv"))
    assert "that name no clip: 1, such as zoe-1.wav" in told(report, Kind.REMARK).message


def test_sounds_that_stand_in_two_corpora_are_told(tmp_path):
    trees.own(tmp_path / "mine")
    trees.sound(tmp_path / "emodb" / "03a01Fa.wav", like="angry/anna-1.wav")
    first, second = check_corpora([("folder", tmp_path / "mine"), ("emodb", tmp_path / "emodb")])
    assert Kind.SHARED not in kinds(first)
    assert told(second, Kind.SHARED).message == "Also in folder: 1 file, such as 03a01Fa.wav."


@pytest.mark.parametrize("what", ["nowhere", "wrong", "unreadable", "unlabelled"])
def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path, what):
    trees.tess(tmp_path / "wrong")
    (tmp_path / "unreadable").mkdir()
    (tmp_path / "unreadable" / "03a01Fa.wav").write_bytes(b"no sound")
    trees.sound(tmp_path / "unlabelled" / "jazz" / "1.wav")
    report = check_corpus("folder" if what == "unlabelled" else "emodb", tmp_path / what)
    assert not report.usable
    finding = told(report, Kind.UNUSABLE)
    assert finding.severity is Severity.ERROR
    assert "\n" not in finding.message


def test_a_report_is_plain_json(tmp_path):
    report = check_corpus("tess", trees.tess(tmp_path))
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert data["corpus"] == "tess"
    assert {finding["severity"] for finding in data["findings"]} <= {"error", "warning", "note"}


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["ravdess_song", "emodb"])
def test_the_real_corpora_hold_no_broken_or_doubled_clip(corpora, name):
    report = check_corpus(name, corpora / name)
    assert report.usable
    assert kinds(report) <= {Kind.COUNT, Kind.SPEAKERS, Kind.OUTSIDE, Kind.TRUNCATED}
    assert (Kind.TRUNCATED in kinds(report)) == (name == "ravdess_song")  # cut to 2.39 s by its source


def test_what_is_not_named_as_sound_is_counted_by_its_ending(tmp_path):
    trees.sound(tmp_path / "03a01Wa.wav")
    for name in ("read me.TXT", "more.txt", "licence"):
        (tmp_path / name).write_text("words")
    message = told(check_corpus("emodb", tmp_path), Kind.LEFT_OUT).message
    assert message == "Not named as sound, left out: 3 files: .txt (2), without an ending (1)."
