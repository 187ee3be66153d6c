"""Each corpus is read from the layout and the names under which it was published."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import corpus_trees as trees
import numpy as np
import pytest
import soundfile

from desktop_app.core.errors import CallError
from models.corpora import LABELS, READERS, find_corpora, load_corpus, parse_source, read_waveform
from models.corpora.registry import locate, scan_corpus
from models.corpora.sound import measure, read_mono
from models.errors import CorpusError

FOR_CHOICES = ("emotale", "ased", "emospeech")


def clips_of(name: str, path: Path, **options):
    return {clip.path.stem: clip for clip in load_corpus(name, path, all_emotions=True, **options)[0]}


def test_ravdess_names_tell_emotion_intensity_actor_and_gender(tmp_path):
    trees.ravdess(tmp_path, (1, 2))
    clips = clips_of("ravdess_speech", tmp_path)
    assert [clip.emotion for clip in clips.values()] == 2 * list(LABELS)
    assert {clip.speaker: clip.gender for clip in clips.values()} == {"ravdess-01": "M", "ravdess-02": "F"}
    trees.sound(tmp_path / "Actor_01" / "03-01-05-02-01-02-01.wav")
    strong = clips_of("ravdess_speech", tmp_path)["03-01-05-02-01-02-01"]
    assert (strong.intensity, strong.text, strong.language) == ("strong", "01", "en")


def test_an_actor_of_ravdess_is_the_same_person_speaking_and_singing(tmp_path):
    trees.ravdess(tmp_path, (17, 18), ("01", "02"))
    speech, song = clips_of("ravdess_speech", tmp_path), clips_of("ravdess_song", tmp_path)
    assert {clip.speaker for clip in speech.values()} == {"ravdess-17", "ravdess-18"}
    assert {clip.speaker for clip in song.values()} == {"ravdess-17"}  # 18 was published without song
    assert {clip.emotion for clip in song.values()} == set(LABELS[:6])


def test_cremad_levels_genders_and_the_name_with_one_x(tmp_path):
    clips = clips_of("cremad", trees.cremad(tmp_path))
    assert {name: (clip.emotion, clip.intensity, clip.gender) for name, clip in clips.items()} == {
        "1001_DFA_ANG_XX": ("angry", "", "M"),
        "1001_IEO_HAP_HI": ("happy", "high", "M"),
        "1001_IEO_SAD_LO": ("sad", "low", "M"),
        "1002_IEO_DIS_MD": ("disgust", "medium", "F"),
        "1040_ITH_SAD_X": ("sad", "", "M"),
    }
    assert clips["1040_ITH_SAD_X"].speaker == "cremad-1040"


def test_cremad_is_read_from_its_repository_and_from_its_folder_of_waves_alone(tmp_path):
    trees.cremad(tmp_path)
    trees.sound(tmp_path / "AudioMP3" / "1001_DFA_ANG_XX.mp3")
    assert {clip.path.parent.name for clip in clips_of("cremad", tmp_path).values()} == {"AudioWAV"}
    inside = clips_of("cremad", tmp_path / "AudioWAV")
    assert inside["1002_IEO_DIS_MD"].gender == "F"
    (tmp_path / "VideoDemographics.csv").unlink()
    assert {clip.gender for clip in clips_of("cremad", tmp_path).values()} == {""}


def test_tess_spellings_and_the_clip_named_after_nobody(tmp_path):
    clips = clips_of("tess", trees.tess(tmp_path))
    assert clips["OA_bite_neutral"].speaker == "tess-OAF"
    assert {clip.speaker for clip in clips.values()} == {"tess-OAF", "tess-YAF"}
    assert clips["OAF_back_ps"].emotion == clips["YAF_back_ps"].emotion == "surprised"
    assert clips["OAF_back_fear"].emotion == "fearful"
    assert {clip.text for clip in clips.values()} == {"back", "bite"}


@pytest.mark.parametrize("one_folder", [True, False])
def test_savee_lies_in_one_folder_or_in_four(tmp_path, one_folder):
    clips, _ = load_corpus("savee", trees.savee(tmp_path / "AudioData", one_folder))
    assert Counter(clip.speaker for clip in clips) == dict.fromkeys(
        ("savee-DC", "savee-JE", "savee-JK", "savee-KL"), 7
    )
    assert {clip.text: clip.emotion for clip in clips} == {
        "a01": "angry",
        "d03": "disgust",
        "f02": "fearful",
        "h15": "happy",
        "n30": "neutral",
        "sa04": "sad",
        "su11": "surprised",
    }


def test_savee_files_of_nobody_are_none_of_the_corpus(tmp_path):
    trees.savee(tmp_path, one_folder=False)
    stranger = trees.sound(tmp_path / "XY" / "a01.wav")
    assert READERS["savee"].scan(tmp_path).unparsed == [stranger]


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
@pytest.mark.parametrize(
    ("name", "stem", "told"),
    [
        ("emodb", "13b09La", ("boredom", "emodb-13")),
        ("emovo", "rab-m2-n4", ("angry", "emovo-m2")),
        ("nemo", "WR0_surprised_64", ("surprised", "nemo-WR0")),
        ("emotale", "EN_003_B_4", ("boredom", "emotale-003")),
        ("ased", "s4-02-02-01-03", ("sad", "ased-03")),
        (
            "emospeech",
            f"go-safe-calm-1563257582859-{'9dd2014cc6e9':0<56}",
            ("calm", "emospeech-9dd2014cc6e9"),
        ),
    ],
)
def test_any_encoding_is_read(tmp_path, suffix, name, stem, told):
    path = trees.sound(tmp_path / "samples" / f"{stem}{suffix}", 0.5)
    (clip,), _ = load_corpus(name, tmp_path, all_emotions=True)
    assert (clip.emotion, clip.speaker) == told
    assert clip.duration == pytest.approx(0.5, abs=0.15)  # an mp3 is padded to whole frames
    assert len(read_waveform(path)) == pytest.approx(0.5 * trees.RATE, abs=0.15 * trees.RATE)


def test_emotale_is_one_person_in_two_languages(tmp_path):
    for stem in ("DK_019_A_4", "EN_019_N_1", "DK_099_A_9"):
        trees.sound(tmp_path / f"{stem}.wav")
    found = READERS["emotale"].scan(tmp_path)
    assert {(clip.speaker, clip.gender, clip.language) for clip in found.clips} == {
        ("emotale-019", "M", "da"),
        ("emotale-019", "M", "en"),
    }
    assert [path.stem for path in found.unparsed] == ["DK_099_A_9"]


def test_a_clip_of_emospeech_without_its_time_is_one_too(tmp_path):
    trees.sound(tmp_path / f"bacho-scream-fearful-??-{'3d9d3e0eb86e':0<56}.wav")
    (clip,) = READERS["emospeech"].scan(tmp_path).clips
    assert (clip.speaker, clip.emotion, clip.language) == ("emospeech-3d9d3e0eb86e", "fearful", "hi")


def test_iemocap_labels_texts_and_who_speaks(tmp_path):
    clips = clips_of("iemocap", trees.iemocap(tmp_path / "IEMOCAP_full_release"))
    assert {name: (clip.emotion, clip.speaker, clip.gender) for name, clip in clips.items()} == {
        "Ses01F_impro01_F000": ("neutral", "iemocap-01F", "F"),
        "Ses01F_impro01_M000": ("excited", "iemocap-01M", "M"),
        "Ses01F_impro01_F001": ("no agreement", "iemocap-01F", "F"),
        "Ses01F_impro01_M001": ("frustrated", "iemocap-01M", "M"),
        "Ses02M_script01_1b_M000": ("angry", "iemocap-02M", "M"),
        "Ses02M_script01_1b_F000": ("happy", "iemocap-02F", "F"),
        "Ses02M_script01_1b_F001": ("other", "iemocap-02F", "F"),
        "Ses02M_script01_1b_MXX0": ("sad", "iemocap-02M", "M"),
    }
    assert clips["Ses01F_impro01_F001"].text == "What F001 says."


def test_excited_counts_as_happy_where_asked_for(tmp_path):
    trees.iemocap(tmp_path)
    assert Counter(clip.emotion for clip in load_corpus("iemocap", tmp_path)[0])["happy"] == 1
    merged, _ = load_corpus("iemocap_merged", tmp_path)
    assert Counter(clip.emotion for clip in merged)["happy"] == 2
    assert {clip.speaker for clip in merged} == {f"iemocap-0{n}{g}" for n in (1, 2) for g in "FM"}


@pytest.mark.parametrize("place", ["..", ".", "Session1"])
def test_iemocap_is_found_around_in_and_below_its_release(tmp_path, place):
    root = trees.iemocap(tmp_path / "IEMOCAP_full_release")
    found = READERS["iemocap"].scan((root / place).resolve())
    assert len(found.clips) == (4 if place == "Session1" else 8)
    assert found.unparsed == []


def test_iemocap_without_its_labels_says_what_is_missing(tmp_path):
    trees.iemocap(tmp_path)
    for session in ("Session1", "Session2"):
        shutil.rmtree(tmp_path / session / "dialog")
    with pytest.raises(CorpusError, match="EmoEvaluation"):
        load_corpus("iemocap", tmp_path)


def test_classes_outside_the_eight_are_read_only_where_asked_for(tmp_path):
    for stem in ("03a01La", "03a01Fa"):
        trees.sound(tmp_path / f"{stem}.wav")
    assert [clip.emotion for clip in load_corpus("emodb", tmp_path)[0]] == ["happy"]
    assert {clip.emotion for clip in load_corpus("emodb", tmp_path, all_emotions=True)[0]} == {
        "happy",
        "boredom",
    }


def test_the_same_sound_in_another_encoding_counts_once(tmp_path):
    first = trees.sound(tmp_path / "a" / "03a01Fa.flac", 0.5, like="one")
    trees.sound(tmp_path / "b" / "03a01Fa.wav", 0.5, like="one")
    trees.sound(tmp_path / "b" / "03a01Wa.wav", 0.5, like="other")
    clips, hashes = load_corpus("emodb", tmp_path)
    assert [clip.path.name for clip in clips] == ["03a01Fa.flac", "03a01Wa.wav"]
    assert set(hashes) == {clip.path for clip in clips}
    assert first in hashes


def test_a_sound_that_stands_under_two_speakers_tells_of_the_other(tmp_path):
    trees.sound(tmp_path / "03a01Fa.flac", 0.5, like="one")
    trees.sound(tmp_path / "08a01Fa.wav", 0.5, like="one")
    trees.sound(tmp_path / "09a01Fa.flac", 0.5, like="one")
    trees.sound(tmp_path / "08a01Wa.wav", 0.5, like="other")
    clips, _ = load_corpus("emodb", tmp_path)
    assert {clip.speaker: clip.twins for clip in clips} == {
        "emodb-03": {"emodb-08", "emodb-09"},
        "emodb-08": frozenset(),
    }


def test_sounds_of_one_length_are_not_taken_for_one(tmp_path):
    for version in "abcdef":
        trees.sound(tmp_path / f"03a01W{version}.wav", 0.5)
    assert len(load_corpus("emodb", tmp_path)[0]) == 6


def test_sounds_that_differ_in_a_moment_are_two(tmp_path):
    samples, rate = soundfile.read(trees.sound(tmp_path / "03a01Wa.wav", 0.5), dtype="int16")
    samples[0] += 1
    soundfile.write(tmp_path / "03a01Wb.wav", samples, rate)
    assert len(load_corpus("emodb", tmp_path)[0]) == 2


def test_the_twins_that_ravdess_was_published_with_count_once(tmp_path):
    for statement in ("01", "02"):
        trees.sound(tmp_path / "Actor_07" / f"03-01-03-01-02-{statement}-07.wav", 0.5, like="twin")
    assert len(load_corpus("ravdess_speech", tmp_path)[0]) == 1


def test_empty_files_and_clips_published_without_sound_are_left_out(tmp_path):
    trees.cremad(tmp_path)
    (tmp_path / "AudioWAV" / "1003_DFA_ANG_XX.wav").touch()
    soundfile.write(tmp_path / "AudioWAV" / "1004_DFA_ANG_XX.wav", [], trees.RATE)
    soundfile.write(tmp_path / "AudioWAV" / "1076_MTI_SAD_XX.wav", [0.0] * trees.RATE, trees.RATE)
    assert {clip.speaker for clip in load_corpus("cremad", tmp_path)[0]} == {
        "cremad-1001",
        "cremad-1002",
        "cremad-1040",
    }


def test_a_clip_that_was_never_fetched_says_how_to_fetch_it(tmp_path):
    path = tmp_path / "1001_DFA_ANG_XX.wav"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:c6f9\nsize 72862\n")
    with pytest.raises(CorpusError, match="git lfs pull"):
        read_waveform(path)


def test_what_a_file_system_leaves_behind_is_no_clip(tmp_path):
    trees.sound(tmp_path / "03a01Fa.wav")
    (tmp_path / "._03a01Fa.wav").write_bytes(b"\x00\x05\x16\x07")
    trees.sound(tmp_path / ".ipynb_checkpoints" / "03a01Fa.wav")
    scan = READERS["emodb"].scan(tmp_path)
    assert (len(scan.clips), scan.unparsed) == (1, [])


def test_folders_that_are_links_are_read_and_loops_of_them_end(tmp_path):
    trees.sound(tmp_path / "elsewhere" / "03a01Fa.wav")
    corpus = tmp_path / "emodb"
    corpus.mkdir()
    (corpus / "speaker03").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "again").symlink_to(corpus)
    assert len(load_corpus("emodb", corpus)[0]) == 1


def test_links_that_lead_nowhere_are_told(tmp_path):
    (tmp_path / "03a01Fa.wav").symlink_to(tmp_path / ".git" / "annex" / "gone.wav")
    with pytest.raises(
        CorpusError, match=r"no clip of the corpus emodb. Links that lead nowhere: 1, such as 03a"
    ):
        load_corpus("emodb", tmp_path)
    trees.sound(tmp_path / "03a02Fa.wav")
    assert "Links that lead nowhere: 1" in scan_corpus("emodb", tmp_path).notes[0]


def test_a_download_of_cremad_with_a_folder_around_it_is_read_once(tmp_path):
    trees.cremad(tmp_path / "CREMA-D-master")
    trees.sound(tmp_path / "CREMA-D-master" / "AudioMP3" / "1001_DFA_ANG_XX.mp3", like="mp3")
    clips = clips_of("cremad", tmp_path)
    inside = clips_of("cremad", tmp_path / "CREMA-D-master")
    assert clips == inside
    assert {clip.gender for clip in clips.values()} >= {"F", "M"}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_sound_that_is_no_numbers_is_unreadable(tmp_path, value):
    soundfile.write(tmp_path / "a.wav", [0.1] * 100 + [value], trees.RATE, subtype="FLOAT")
    with pytest.raises(CorpusError, match=r"a.wav holds samples that are not numbers"):
        read_waveform(tmp_path / "a.wav")


def test_sound_of_which_nothing_is_left_at_the_rate_of_the_model_is_empty(tmp_path):
    soundfile.write(tmp_path / "a.wav", [0.1], 48_000)
    with pytest.raises(CorpusError, match=r"a.wav is empty"):
        read_waveform(tmp_path / "a.wav")


def test_a_wrong_folder_is_one_sentence_that_says_what_it_may_be(tmp_path):
    trees.tess(tmp_path / "tess")
    with pytest.raises(CorpusError, match=r"named like those of tess\.$"):
        load_corpus("emodb", tmp_path / "tess")
    trees.sound(tmp_path / "music" / "prelude.wav")
    with pytest.raises(CorpusError, match=r"such as prelude\.wav"):
        load_corpus("savee", tmp_path / "music")
    (tmp_path / "void").mkdir()
    with pytest.raises(CorpusError, match="no sound file"):
        load_corpus("cremad", tmp_path / "void")
    with pytest.raises(CorpusError, match="does not exist"):
        load_corpus("tess", tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="is a file"):
        load_corpus("tess", tmp_path / "music" / "prelude.wav")


@pytest.mark.parametrize("text", ["CREMA-D=/x", "crema_d=/x", "cremad=/x"])
def test_a_source_may_be_spelt_as_the_corpus_is(text):
    assert parse_source(text) == ("cremad", Path("/x"))


def test_a_source_may_lie_in_the_home_folder():
    assert parse_source("emodb=~/emodb") == ("emodb", Path.home() / "emodb")


@pytest.mark.parametrize("text", ["emodb", "emodb=", "=x", "music=/x", ""])
def test_a_source_that_names_no_corpus_is_a_wrong_call(text):
    with pytest.raises(CallError, match="NAME=PATH with one of: ravdess_speech, "):
        parse_source(text)


def test_a_corpus_of_a_run_is_found_by_name_in_any_spelling_or_by_its_path(tmp_path):
    (tmp_path / "EMO-DB").mkdir()
    (tmp_path / "IEMOCAP").mkdir()
    assert locate("emodb", tmp_path) == ("emodb", tmp_path / "EMO-DB")
    assert locate("Emo_DB", tmp_path) == ("emodb", tmp_path / "EMO-DB")
    assert locate("iemocap_merged", tmp_path) == ("iemocap_merged", tmp_path / "IEMOCAP")
    assert locate("folder=/data/mine", None) == ("folder", Path("/data/mine"))
    assert locate("savee", tmp_path) == ("savee", tmp_path / "savee")
    with pytest.raises(CallError, match="'music' is no known corpus"):
        locate("music", tmp_path)


def test_corpora_are_found_by_their_folders_whatever_the_spelling(tmp_path):
    for folder in ("CREMA-D", "emodb", "EMOVO", "holiday"):
        (tmp_path / folder).mkdir()
    assert find_corpora(tmp_path) == {
        "cremad": tmp_path / "CREMA-D",
        "emodb": tmp_path / "emodb",
        "emovo": tmp_path / "EMOVO",
    }


@pytest.mark.parametrize("name", [name for name in READERS if name not in ("folder", "ased", "emospeech")])
def test_what_was_published_is_told_of_every_corpus(name):
    published = READERS[name].published
    totals = {
        "ravdess_speech": (1440, 24),
        "ravdess_song": (1012, 23),
        "cremad": (7442, 91),
        "tess": (2800, 2),
        "savee": (480, 4),
        "emodb": (535, 10),
        "emovo": (588, 6),
        "nemo": (4481, 9),
        "emotale": (800, 18),
        "iemocap": (10039, 10),
        "iemocap_merged": (10039, 10),
    }
    assert (published.clips, len(published.speakers)) == totals[name]
    if published.per_speaker:
        assert published.per_speaker * len(published.speakers) == published.clips


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["ravdess_speech", "ravdess_song", "emodb", "emovo", "nemo", *FOR_CHOICES])
def test_the_real_corpora_are_read_as_their_manifest_tells(corpora, name):
    import csv

    with (corpora / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = {corpora / row["path"]: row for row in csv.DictReader(file) if row["corpus"] == name}
    clips, _ = load_corpus(name, corpora / name, all_emotions=True)
    assert {clip.path for clip in clips} == set(rows)
    for clip in clips:
        row = rows[clip.path]
        assert (clip.speaker, clip.emotion) == (row["speaker"], row["emotion"])
        assert clip.language == row["language"].split("-")[0]
        if name not in FOR_CHOICES:  # their names number the sentences and err in a few genders
            assert (clip.gender, clip.intensity, clip.text) == (row["gender"], row["intensity"], row["text"])
        assert clip.duration == pytest.approx(float(row["duration_s"]), abs=1e-3)


def test_channels_that_cancel_do_not_become_silence(tmp_path):
    rng = np.random.default_rng(0)
    voice = (0.1 * rng.standard_normal(16000)).astype(np.float32)
    soundfile.write(tmp_path / "inverted.flac", np.stack((voice, -voice), axis=1), 16000)
    soundfile.write(tmp_path / "alone.flac", voice, 16000)
    inverted, alone = read_mono(tmp_path / "inverted.flac"), read_mono(tmp_path / "alone.flac")
    assert np.array_equal(inverted[0], alone[0])
    assert measure(tmp_path / "inverted.flac").identity == measure(tmp_path / "alone.flac").identity
