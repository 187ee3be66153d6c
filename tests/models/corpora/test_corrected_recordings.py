"""Recordings that were corrected in the analyzer are own data: a clip for each stretch that was labelled."""

from __future__ import annotations

import json

import corpus_trees as trees
import numpy as np
import pytest
import soundfile

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.corrections_file import CorrectionsFile, beside
from desktop_app.inference.engine import EmotionEngine
from models.cli import main
from models.corpora import READERS, load_corpus
from models.corpora.base import content_hash, read_waveform
from models.corpora.cuts import Cut, cut_path, parted
from models.corpora.folder import FolderSettings
from models.corpora.sound import header, measure
from models.errors import CorpusError

RATE = 16_000


def recording(path, *records, seconds=6.0):
    """A recording in which something was said of some stretches."""
    trees.sound(path, seconds)
    file = CorrectionsFile(path, seconds)
    for record in records:
        file.put(record)
    return path


@pytest.fixture
def sessions(tmp_path):
    root = tmp_path / "sessions"
    recording(
        root / "monday.wav",
        Correction(0.5, 1.5, "angry", speaker="anna"),
        Correction(2.0, 3.25, "Sadness", speaker="ben"),
        Correction(4.0, 5.0, note="No label."),
    )
    recording(root / "may" / "tuesday.flac", Correction(1.0, 2.0, "happy"), Correction(3.0, 4.0, "tense"))
    return root


def test_each_stretch_with_a_label_is_a_clip_by_who_speaks_or_by_the_name(sessions):
    clips, _ = load_corpus("folder", sessions, all_emotions=True)
    assert {
        (clip.path.relative_to(sessions).as_posix(), clip.speaker, clip.emotion, clip.duration)
        for clip in clips
    } == {
        ("monday.wav#t=0.5,1.5", "folder-anna", "angry", 1.0),
        ("monday.wav#t=2,3.25", "folder-ben", "sad", 1.25),
        ("may/tuesday.flac#t=1,2", "folder-tuesday", "happy", 1.0),
        ("may/tuesday.flac#t=3,4", "folder-tuesday", "tense", 1.0),
    }
    assert {clip.emotion for clip in load_corpus("folder", sessions)[0]} == {"angry", "sad", "happy"}
    (note,) = READERS["folder"].scan(sessions).notes
    assert "tuesday.flac" in note


def test_a_clip_is_exactly_what_lies_between_its_times(sessions):
    whole = read_waveform(sessions / "monday.wav")
    part = sessions / "monday.wav#t=2,3.25"
    assert np.array_equal(read_waveform(part), whole[2 * RATE : int(3.25 * RATE)])
    assert header(part).seconds == 1.25
    assert measure(part).seconds == 1.25
    assert measure(part).encoding == "wav"
    behind = sessions / "monday.wav#t=5.5,9"
    assert header(behind).seconds == 0.5
    assert measure(sessions / "monday.wav#t=7,9").defect == "empty"
    assert content_hash(part) != content_hash(behind)


def test_of_two_channels_the_one_that_was_corrected_is_learnt_from(tmp_path):
    both = np.stack([np.full(RATE, 0.25), np.linspace(-0.5, 0.5, RATE)], axis=1)
    soundfile.write(tmp_path / "call.wav", both, RATE, subtype="FLOAT")
    part = cut_path(tmp_path / "call.wav", Cut(0.25, 0.5, 2))
    assert part.name == "call.wav#t=0.25,0.5&channel=2"
    assert parted(part) == (tmp_path / "call.wav", Cut(0.25, 0.5, 2))
    assert np.allclose(read_waveform(part), both[RATE // 4 : RATE // 2, 1])


def test_a_file_that_is_called_like_a_part_is_a_file(tmp_path):
    odd = trees.sound(tmp_path / "a.wav").rename(tmp_path / "a.wav#t=1,2")
    assert parted(odd) == (odd, None)


def test_table_and_pattern_tell_who_speaks_where_a_correction_does_not(sessions):
    clips, _ = load_corpus("folder", sessions, settings=FolderSettings(speaker_pattern="tues"))
    assert {clip.speaker for clip in clips} == {"folder-anna", "folder-ben", "folder-tues"}


def test_labels_of_ones_own_are_told_what_they_mean(sessions):
    (sessions / "emoscope.yaml").write_text("classes: {tense: fearful}")
    assert "fearful" in {clip.emotion for clip in load_corpus("folder", sessions)[0]}


def test_corrected_recordings_and_folders_of_classes_may_stand_together(sessions):
    trees.own(sessions)
    clips, _ = load_corpus("folder", sessions)
    assert {"anna-1.wav", "monday.wav#t=0.5,1.5"} <= {clip.path.name for clip in clips}


def test_the_same_stretch_of_a_lossless_copy_counts_once(sessions):
    sound, rate = soundfile.read(sessions / "monday.wav", dtype="int16")
    soundfile.write(sessions / "copy.flac", sound, rate)
    CorrectionsFile(sessions / "copy.flac", 6.0).put(Correction(0.5, 1.5, "angry", speaker="eve"))
    clips, _ = load_corpus("folder", sessions)
    (angry,) = (clip for clip in clips if clip.emotion == "angry")
    assert angry.twins | {angry.speaker} == {"folder-anna", "folder-eve"}


def test_corrections_of_other_sound_or_damaged_are_refused(sessions):
    trees.sound(sessions / "monday.wav", 9.0, like="another")
    with pytest.raises(CorpusError, match="made for other sound"):
        load_corpus("folder", sessions)
    beside(sessions / "monday.wav").write_text("{")
    with pytest.raises(CorpusError, match="is damaged"):
        load_corpus("folder", sessions)


def test_the_check_counts_them_and_calls_their_files_no_strangers(sessions, capsys):
    assert main(["corpora", "check", f"folder={sessions}", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["corpora"]
    assert report["clips"] == 4
    assert ".json" not in json.dumps(report)
    assert report["speakers"] == {"folder-anna": 1, "folder-ben": 1, "folder-tuesday": 2}


def test_the_table_names_them_by_their_times(sessions, capsys):
    assert main(["corpora", "table", f"folder={sessions}"]) == 0
    assert "monday.wav#t=0.5,1.5,folder,folder-anna" in capsys.readouterr().out.replace('"', "")


@pytest.mark.proof  # `test_train_command.py` trains with a folder of own data
def test_a_network_learns_from_them(random_encoder, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("EMOSCOPE_CORPORA", raising=False)
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    own = tmp_path / "sessions"
    for voice, person in enumerate(("ann", "ben", "cem", "dan")):
        time_s = np.arange(3 * RATE) / RATE
        pitch = np.where(time_s < 1.5, 200, 290) + 9 * voice
        noise = 0.01 * np.random.default_rng(voice).standard_normal(len(time_s))
        own.mkdir(exist_ok=True)
        soundfile.write(own / f"{person}.wav", 0.3 * np.sin(2 * np.pi * pitch * time_s) + noise, RATE)
        file = CorrectionsFile(own / f"{person}.wav", 3.0)
        file.put(Correction(0.2, 1.2, "happy"))
        file.put(Correction(1.7, 2.7, "sad"))
    config = tmp_path / "own.yaml"
    config.write_text(
        "name: own\n"
        f"data: {{corpora: [folder={own}]}}\n"
        "folds: 2\n"
        f"calibration: {{inner_folds: 2, refit: false}}\n"
        "model: {family: whisper, layers: 1, pool_layers: [1], noise_pieces: 8}\nfit: {epochs: 0}\n"
    )
    call = ["train", str(config), "--out", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    assert main(call) == 0
    assert "folder, speakers" in capsys.readouterr().out
    engine = EmotionEngine.load(tmp_path / "run" / "own.onnx")
    assert engine.manifest.trained_on.speakers == 4
    engine.close()
