"""Any model file is judged by its contract alone: what comes out, where it goes, and what it warns of."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tiny_model import EMOTIONS, make_tiny_model

from desktop_app.core.errors import CallError
from desktop_app.core.label_set import LabelSet
from desktop_app.core.safe_files import WriteError
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.manifest import self_test_signal
from desktop_app.inference.restricted import RestrictedEngine
from models.cli import main
from models.corpora import LABELS, load_corpus
from models.corpora.base import Clip, read_waveform
from models.corpora.views import WHOLE
from models.errors import TrainingError
from models.evaluation import writing
from models.evaluation.degradations import GRID
from models.evaluation.file_evaluation import Options, Source, judge_corpus
from models.evaluation.model_file import ask, heard_in_training, judge_file, load_classifier, readings
from models.evaluation.noise_bank import NoiseBank
from models.evaluation.robustness import noise_only

RATE = 16_000
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """Own data of three people, with a class that no model knows and a broken file."""
    root = tmp_path_factory.mktemp("own")
    for number, emotion in enumerate(("happy", "angry", "bored")):
        (root / emotion).mkdir()
        for other, person in enumerate(("anna", "bert", "cleo")):
            wave = (0.2 + 0.3 * number + 0.01 * other) * self_test_signal("chirp-v1", 0.6, RATE)
            soundfile.write(root / emotion / f"{person}-1.wav", wave, RATE)
    (root / "happy" / "anna-9.wav").write_bytes(b"RIFF, and nothing that a decoder knows")
    soundfile.write(root / "happy" / "bert-9.wav", [0.1] * RATE + [np.nan], RATE, subtype="FLOAT")
    soundfile.write(root / "happy" / "cleo-9.wav", [0.1], 48_000)
    return root


@pytest.fixture(scope="module")
def noise(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("noise")
    rng = np.random.default_rng(0)
    for fold in "145":
        soundfile.write(root / f"002-Rain_{fold}-1-A.wav", 0.1 * rng.standard_normal(RATE), RATE)
    soundfile.write(root / "fan.wav", 0.1 * rng.standard_normal(11 * RATE), RATE)
    return root


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    trained = {"corpora": ["nemo"], "speakers": 3, "split_sha256": None}
    return make_tiny_model(
        tmp_path_factory.mktemp("model") / "tiny.onnx",
        manifest={"trained_on": trained, "abstain_below": 0.2},
    )


def result(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_everything_about_a_file_on_a_corpus(model, ravdess, noise, tmp_path, capsys):
    folder = tmp_path / "deep" / "report"
    source = f"ravdess_speech={ravdess}"
    call = ["evaluate", "--model", str(model), "--corpus", source, "--degrade", "--noise", str(noise)]
    assert main([*call, "--json", "--report", str(folder)]) == 0
    data = result(capsys)
    assert data["schema_version"] == 1
    assert data == json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    (row,) = data["results"]
    assert (row["clips"], row["speakers"], row["strangers"]) == (64, 4, True)
    low, high = row["uar_interval"]
    assert low <= row["uar"] <= high
    assert row["certain"]["threshold"] == 0.2
    assert row["certain"]["coverage"] == row["coverage"]
    assert set(row["by_gender"]) == {"F", "M"}
    assert {found["name"] for found in row["degradations"]} == set(GRID)
    for found in row["degradations"]:
        assert found["uar_lost"] == pytest.approx(row["uar"] - found["uar"])
    alone = data["noise_only"]
    assert (alone["recordings"], alone["pieces"]) == (4, 5)  # eleven seconds are two pieces
    assert set(alone["by_kind"]) == {"rain", "fan"}
    assert 0.0 <= alone["confident"] <= 1.0
    text = (folder / "evaluation.md").read_text(encoding="utf-8")
    assert f"{100 * row['uar']:.1f}" in text
    assert "ravdess_speech.png" in text
    assert all(name in text for name in (*GRID, "Brier", "AURC", "Uncertain", "Noise without speech"))
    assert (folder / "ravdess_speech.png").read_bytes().startswith(PNG)
    with (folder / "ravdess_speech-answers.csv").open(encoding="utf-8", newline="") as stream:
        answers = list(csv.DictReader(stream))
    assert len(answers) == 64
    right = sum(answer["answer"] == answer["emotion"] for answer in answers)
    assert right / 64 == pytest.approx(row["accuracy"])
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_the_table_for_people_names_each_condition_that_was_asked_for(model, ravdess, monkeypatch, capsys):
    monkeypatch.delenv("EMOSCOPE_CORPORA", raising=False)
    call = ["evaluate", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}"]
    assert main([*call, "--degrade", "telephone", "first-1s", "--jobs", "1"]) == 0
    printed = capsys.readouterr()
    assert "telephone" in printed.out
    assert "first-1s" in printed.out
    assert "noise-20dB" not in printed.out
    assert "strangers" in printed.out
    assert "only 4 speakers" in printed.err


def test_the_answers_do_not_depend_on_how_many_clips_are_judged_at_once(model, ravdess, capsys):
    call = ["evaluate", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}", "--json"]
    assert main([*call, "--jobs", "1"]) == 0
    one = result(capsys)
    assert main([*call, "--jobs", "3"]) == 0
    assert result(capsys) == one


def test_noise_without_a_folder_is_made_and_that_is_said(model, ravdess, monkeypatch, capsys):
    monkeypatch.delenv("EMOSCOPE_CORPORA", raising=False)
    call = ["evaluate", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}", "--json"]
    assert main([*call, "--degrade", "noise-0dB"]) == 0
    printed = capsys.readouterr()
    data = json.loads(printed.out)
    assert "synthetic" in printed.err
    assert "synthetic" in data["results"][0]["noise"]
    assert data["noise_only"] is None


def test_a_folder_of_noise_none_of_which_is_held_out_is_used_whole(model, ravdess, noise, tmp_path, capsys):
    (tmp_path / "002-Rain_1-1-A.wav").write_bytes((noise / "002-Rain_1-1-A.wav").read_bytes())
    call = ["evaluate", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}", "--limit", "8"]
    assert main([*call, "--degrade", "noise-0dB", "--noise", str(tmp_path), "--json"]) == 0
    printed = capsys.readouterr()
    assert "all of it is used" in printed.err
    assert "1 recordings (all)" in json.loads(printed.out)["results"][0]["noise"]


@pytest.mark.slow
def test_a_corpus_that_the_model_was_trained_on_is_marked_everywhere(ravdess, tmp_path, capsys):
    trained = {"corpora": ["RAVDESS"], "speakers": 24, "split_sha256": None}
    path = make_tiny_model(tmp_path / "knows.onnx", manifest={"trained_on": trained})
    call = ["evaluate", "--model", str(path), "--corpus", f"ravdess_speech={ravdess}"]
    assert main([*call, "--report", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert "WARNING" in printed.err
    assert "not that of strangers" in printed.err
    assert "KNOWN FROM TRAINING" in printed.out
    data = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))
    assert data["results"][0]["strangers"] is False
    assert "SPEAKER-DEPENDENT" in data["results"][0]["protocol"]
    text = (tmp_path / "evaluation.md").read_text(encoding="utf-8")
    assert "SPEAKER-DEPENDENT" in text
    assert "known from training" in text


@pytest.mark.parametrize(
    ("trained_on", "corpus", "speaker", "heard"),
    [
        (["ravdess_speech", "emodb"], "emodb", "emodb-03", True),
        (["EMO-DB"], "emodb", "emodb-03", True),
        (["ravdess_speech"], "ravdess_song", "ravdess-01", True),
        (["ravdess_speech"], "emovo", "emovo-f1", False),
        (["iemocap"], "iemocap_merged", "iemocap-1F", True),
        (["CREMA-D"], "cremad", "cremad-1001", True),
        # Own data may have any name: two people's is called "folder", and one's may be renamed.
        (["emodb"], "emo", "emo-anna", None),
        (["folder"], "folder", "folder-anna", None),
        (["mine"], "mine too", "mine too-anna", None),
        (["mine"], "emovo", "emovo-f1", None),
        (["mine", "emovo"], "emovo", "emovo-f1", True),
        ([], "emodb", "emodb-03", None),
    ],
)
def test_who_was_heard_in_training_is_read_from_the_manifest(trained_on, corpus, speaker, heard):
    assert heard_in_training(trained_on, corpus, [Clip(Path("x.wav"), corpus, speaker, "happy")]) is heard


def test_of_own_data_the_table_says_as_the_sentence_does_that_nobody_can_know(own, tmp_path, capsys):
    """Both are called "folder", whoever recorded them."""
    trained = {"corpora": ["folder"], "speakers": 3, "split_sha256": None}
    path = make_tiny_model(tmp_path / "own.onnx", manifest={"trained_on": trained})
    other = make_tiny_model(tmp_path / "other.onnx", manifest={"trained_on": trained}, seed=5)
    for call in (["evaluate", "--model", str(path)], ["compare", str(path), str(other)]):
        assert main([*call, "--corpus", f"folder={own}"]) == 0
        printed = capsys.readouterr()
        assert "not known" in printed.out
        assert "strangers" not in printed.out
        assert "KNOWN" not in printed.out
        assert "own.onnx was trained on own data (folder): whether the voices of folder are" in printed.err


def test_an_empty_recording_is_told_beside_the_figures(model, own, tmp_path, capsys):
    shutil.copytree(own, tmp_path / "own")
    (tmp_path / "own" / "happy" / "anna-8.wav").write_bytes(b"")
    assert main(["evaluate", "--model", str(model), "--corpus", f"folder={tmp_path / 'own'}", "--json"]) == 0
    printed = capsys.readouterr()
    (row,) = json.loads(printed.out)["results"]
    assert "folder: Empty, left out: 1 file: anna-8.wav." in row["warnings"]
    assert "WARNING: folder: Empty, left out: 1 file: anna-8.wav." in printed.err


def test_own_data_with_an_unknown_class_and_a_broken_file(model, own, capsys):
    call = ["evaluate", "--model", str(model), "--corpus", f"folder={own}", "--json"]
    assert main([*call, "--speaker-pattern", r"(\w+)-\d"]) == 0
    printed = capsys.readouterr()
    (row,) = json.loads(printed.out)["results"]
    assert (row["clips"], row["speakers"]) == (6, 3)
    assert row["left_out"] == {"bored": 3}
    assert [Path(path).name for path in row["unreadable"]] == ["anna-9.wav", "bert-9.wav", "cleo-9.wav"]
    assert "3 bored" in printed.err
    assert "anna-9.wav" in printed.err
    # Answered with nothing but what the folder has, a model of eight emotions cannot do worse by chance.
    assert row["shared_answers"]["labels"] == ["happy", "angry"]
    assert sum(map(sum, row["shared_answers"]["confusion"])) == 6


def test_unknown_speakers_are_warned_of(model, own, capsys):
    call = ["evaluate", "--model", str(model), "--corpus", f"folder={own}"]
    assert main(call) == 0
    assert "folder has no speaker that is known: there are no intervals." in capsys.readouterr().err
    assert main([*call, "--speaker-pattern", "anna"]) == 0
    assert "Not all speakers of folder are known: its intervals are too narrow." in capsys.readouterr().err


def test_with_shared_answers_the_probability_of_the_others_is_shared_out(model, own):
    clips, hashes = load_corpus("folder", own, all_emotions=True)
    engine = EmotionEngine.load(model, provider="cpu")
    try:
        answers = ask(engine, clips, hashes, lambda waveform, _: waveform)
    finally:
        engine.close()
    shared = answers.among_shared()
    assert shared.labels == ("happy", "angry")
    columns = [EMOTIONS.index(label) for label in shared.labels]
    expected = answers.probabilities[:, columns]
    assert shared.probabilities == pytest.approx(expected / expected.sum(axis=1, keepdims=True))


def test_what_is_certain_among_fewer_answers_is_decided_as_the_analyzer_does(ravdess, tmp_path):
    path = make_tiny_model(tmp_path / "sharp.onnx", sharpness=10.0, manifest={"min_seconds": 0.52})
    wanted = ("calm", "angry", "disgust")
    clips, hashes = load_corpus("ravdess_speech", ravdess)
    engine = EmotionEngine.load(path, provider="cpu")
    restricted = RestrictedEngine(engine, LabelSet.of(engine.labels, wanted))
    lengths = {clip.path: 8000 if number % 3 else 16000 for number, clip in enumerate(clips)}
    by_hash = {hashes[clip.path]: lengths[clip.path] for clip in clips}
    try:
        answers = ask(engine, clips, hashes, lambda waveform, digest: waveform[: by_hash[digest]])
        expected = [
            restricted.predict(read_waveform(clip.path, 16000)[: by_hash[hashes[clip.path]]])
            for clip in answers.clips
        ]
    finally:
        engine.close()
    among = answers.among(wanted)
    assert among.probabilities == pytest.approx(np.array([found.probabilities for found in expected]))
    assert among.certain.tolist() == [not found.uncertain for found in expected]
    assert 0 < among.certain.sum() < len(clips)
    assert not among.certain[[lengths[clip.path] == 8000 for clip in answers.clips]].any()
    assert among.certain.tolist() != answers.certain.tolist()


def test_chosen_labels_are_judged_on_the_clips_that_have_them(model, ravdess, tmp_path, capsys):
    call = ["evaluate", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}"]
    call += ["--labels", "angry,neutral,sad", "--report", str(tmp_path)]
    assert main([*call, "--json"]) == 0
    (row,) = result(capsys)["results"]
    chosen = row["chosen_answers"]
    assert chosen["labels"] == ["neutral", "sad", "angry"]
    assert (row["clips"], chosen["clips"], chosen["all_answers"]["clips"]) == (64, 24, 24)
    assert chosen["all_answers"]["labels"] == list(EMOTIONS)
    assert chosen["certain"]["threshold"] == pytest.approx(0.2 * 3.5 / (0.2 * 3.5 + 0.8))
    assert "### Nothing but neutral, sad, angry" in (tmp_path / "evaluation.md").read_text(encoding="utf-8")
    assert main(call) == 0
    lines = [line[:34].rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[-2:] == ["  clips of the chosen emotions", "  only the chosen emotions"]  # neither is cut


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("angry,bored", "no label 'bored'. It has: neutral, calm, happy, sad, angry, fearful"),
        ("angry,angry", "'angry' is named twice"),
        ("angry", "At least two labels"),
    ],
)
def test_labels_that_cannot_be_chosen_are_a_wrong_call(model, ravdess, capsys, labels, told):
    call = ["evaluate", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}", "--labels", labels]
    assert main(call) == 2
    assert told in capsys.readouterr().err


def test_a_corpus_without_the_chosen_emotions_is_one_sentence(model, own, capsys):
    call = ["evaluate", "--model", str(model), "--corpus", f"folder={own}", "--labels", "neutral,happy"]
    assert main(call) == 1
    assert "has fewer than two of the emotions neutral, happy." in capsys.readouterr().err


def test_a_model_of_other_emotions_is_judged_on_those_it_shares(ravdess, tmp_path, capsys):
    path = make_tiny_model(tmp_path / "four.onnx", labels=("angry", "bored", "sad", "happy"))
    assert main(["evaluate", "--model", str(path), "--corpus", f"ravdess_speech={ravdess}", "--json"]) == 0
    (row,) = result(capsys)["results"]
    assert row["clips"] == 24
    assert set(row["recalls"]) == {"angry", "sad", "happy"}
    assert row["left_out"] == dict.fromkeys(("calm", "disgust", "fearful", "neutral", "surprised"), 8)


def test_labels_in_other_words_are_read_as_those_of_the_corpora(ravdess, tmp_path, capsys):
    assert readings(("Anger", "ang", "hap", "bored")) == ("angry", "ang", "happy", "bored")
    assert readings(("fear", "fearful")) == ("fear", "fearful")
    path = make_tiny_model(tmp_path / "words.onnx", labels=("anger", "sadness", "joy"))
    assert main(["evaluate", "--model", str(path), "--corpus", f"ravdess_speech={ravdess}", "--json"]) == 0
    printed = capsys.readouterr()
    assert set(json.loads(printed.out)["results"][0]["recalls"]) == {"angry", "sad", "happy"}
    assert "anger as angry" in printed.err


def test_nothing_in_common_is_one_sentence(ravdess, tmp_path, capsys):
    path = make_tiny_model(tmp_path / "other.onnx", labels=("bored", "awake"))
    assert main(["evaluate", "--model", str(path), "--corpus", f"ravdess_speech={ravdess}"]) == 1
    assert "fewer than two emotions in common" in capsys.readouterr().err


def test_a_limit_draws_evenly_and_the_same_each_time(ravdess):
    clips, hashes = load_corpus("ravdess_speech", ravdess)
    source = Source("ravdess_speech", clips, hashes)
    few = source.limited(32, LABELS)
    assert few.clips == source.limited(32, LABELS).clips
    assert len(few.clips) == len({(clip.speaker, clip.emotion) for clip in few.clips}) == 32
    assert source.limited(None, LABELS) is source is source.limited(64, LABELS)


def test_a_limit_counts_clips_that_can_be_answered(model, own, capsys):
    call = ["evaluate", "--model", str(model), "--corpus", f"folder={own}", "--limit", "4", "--json"]
    assert main(call) == 0
    printed = capsys.readouterr()
    (row,) = json.loads(printed.out)["results"]
    assert row["clips"] + len(row["unreadable"]) == 4
    assert row["left_out"] == {"bored": 3}
    assert "4 of 12 clips, evenly drawn" in printed.err


def test_a_corpus_is_judged_once(model, ravdess, capsys):
    source = f"ravdess_speech={ravdess}"
    assert main(["evaluate", "--model", str(model), "--corpus", source, "--corpus", source]) == 2
    assert "Two of the corpora are called 'ravdess_speech'" in capsys.readouterr().err


def test_a_report_that_never_came_leaves_no_folder(own, tmp_path, capsys):
    path = make_tiny_model(tmp_path / "other.onnx", labels=("angry", "awake"))
    (tmp_path / "mine").mkdir()
    for name in ("new", "mine"):
        call = ["evaluate", "--model", str(path), "--corpus", f"folder={own}"]
        assert main([*call, "--report", str(tmp_path / name)]) == 1
    assert not (tmp_path / "new").exists()
    assert (tmp_path / "mine").exists()


def test_judging_a_file_gives_a_report_and_the_share_of_certain_answers(model, ravdess):
    clips, hashes = load_corpus("ravdess_speech", ravdess)
    told = []
    found, certain = judge_file(model, clips, hashes, WHOLE, lambda done, total: told.append((done, total)))
    assert found.clips == 64
    assert certain == found.certain["coverage"]
    assert told[-1] == (64, 64)


@pytest.mark.slow
def test_a_model_at_another_rate_hears_the_same_conditions(ravdess, tmp_path):
    path = make_tiny_model(tmp_path / "slow.onnx", manifest={"sample_rate": 8000}, sharpness=0.0)
    clips, hashes = load_corpus("ravdess_speech", ravdess)
    engine = EmotionEngine.load(path, provider="cpu")
    options = Options(conditions=("noise-10dB", "telephone", "first-1s"), noise=NoiseBank(sample_rate=8000))
    try:
        row = judge_corpus(engine, Source("ravdess_speech", clips, hashes), options).row
    finally:
        engine.close()
    assert [found["name"] for found in row["degradations"]] == list(options.conditions)


def test_silence_alone_is_never_answered_with_confidence(model, tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(2 * RATE), RATE)
    engine = EmotionEngine.load(model, provider="cpu")
    try:
        found = noise_only(engine, NoiseBank.load(tmp_path, "all"))
    finally:
        engine.close()
    assert (found["confident"], found["confident_recordings"], found["answers"]) == (0.0, 0.0, {})


def test_two_files_are_compared_on_the_same_clips(model, ravdess, tmp_path, capsys):
    other = make_tiny_model(tmp_path / "other.onnx", seed=5)
    same = Path(shutil.copy(model, tmp_path / "same.onnx"))
    few = make_tiny_model(tmp_path / "few.onnx", labels=("happy", "sad", "angry"))
    source = f"ravdess_speech={ravdess}"
    assert main(["compare", str(model), str(other), str(same), "--corpus", source, "--json"]) == 0
    (row,) = result(capsys)["results"]
    one, second, third = row["all_answers"]["figures"]
    change, none = row["all_answers"]["differences"]
    assert change["uar"]["difference"] == pytest.approx(second["uar"] - one["uar"])
    low, high = change["uar"]["interval"]
    assert low <= change["uar"]["difference"] <= high
    assert one == third
    assert none["uar"] == {"difference": 0.0, "interval": [0.0, 0.0]}
    assert main(["compare", str(model), str(few), "--corpus", source]) == 0
    printed = capsys.readouterr().out
    assert "24 clips, 4 speakers" in printed
    assert "few.onnx differs by" in printed


def test_each_warning_of_a_comparison_is_given_once(model, own, tmp_path, capsys):
    other = make_tiny_model(tmp_path / "other.onnx", seed=5)
    assert main(["compare", str(model), str(other), "--corpus", f"folder={own}"]) == 0
    warnings = [line for line in capsys.readouterr().err.splitlines() if "WARNING" in line]
    assert len(set(warnings)) == len(warnings)
    assert any("folder has no speaker that is known: there are no intervals." in line for line in warnings)
    assert any("whether the voices of folder are in them, you know best" in line for line in warnings)


def test_a_corpus_is_found_by_its_name_in_the_folder_of_corpora(model, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(tmp_path))
    assert main(["evaluate", "--model", str(model), "--corpus", "emodb"]) == 1
    assert str(tmp_path / "emodb") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (["evaluate", "--model", "m.onnx"], "--corpus"),
        (["evaluate", "--model", "m.onnx", "--corpus", "mine"], "own data is folder=PATH"),
        (["evaluate", "--corpus", "emodb=x"], "--model"),
        (["evaluate", "--model", "m.onnx", "--protocol", "fixed"], "--protocol"),
        (["evaluate", "--model", "m.onnx", "--corpus", "emodb=x", "--folds", "3"], "--folds"),
        (["evaluate", "--limit", "3"], "--limit"),
        (["evaluate", "--degrade"], "--degrade judges a model file"),
        (["evaluate", "--protocol", "ravdess-6", "--folds", "3"], "the folds of ravdess-6 are fixed"),
        (
            ["evaluate", "--model", "m.onnx", "--corpus", "emodb=x", "--speaker-pattern", "("],
            "are for own data",
        ),
        (["compare", "a.onnx", "b.onnx", "--corpus", "emodb=x", "--speakers", "no.csv"], "are for own data"),
        (["profile-curve", "--candidates", "--draws", "7"], "--draws does not go with --candidates"),
        (["evaluate", "--speaker-pattern", "x"], "--speaker-pattern"),
        (["evaluate", "--protocol", "leave-one-speeker-out"], "leave-one-speaker-out"),
        (["evaluate", "--model", "m.onnx", "--corpus", "emodb=x", "--degrade", "loud"], "noise-20dB"),
        (["compare", "m.onnx", "--corpus", "emodb=x"], "two or more"),
        (["compare", "m.onnx", "./m.onnx", "--corpus", "emodb=x"], "named twice"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_2(call, says, capsys):
    assert main(call) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1


def test_a_model_file_that_is_none_is_one_sentence(ravdess, tmp_path, capsys):
    call = ["evaluate", "--model", str(tmp_path / "none.onnx"), "--corpus", f"ravdess_speech={ravdess}"]
    assert main(call) == 1
    assert "none.onnx" in capsys.readouterr().err


def test_a_report_folder_that_is_a_file_is_one_sentence(model, ravdess, tmp_path, capsys):
    (tmp_path / "taken").write_text("mine")
    call = ["evaluate", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}", "--limit", "8"]
    assert main([*call, "--report", str(tmp_path / "taken")]) == 1
    printed = capsys.readouterr()
    assert "cannot be written to: there is a file of that name" in printed.err
    assert printed.out == ""  # it is told before anything is judged
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.slow
def test_figures_are_shown_even_if_the_disk_fills_up_while_they_are_written(
    model, ravdess, tmp_path, monkeypatch, capsys
):
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    call = ["evaluate", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}", "--limit", "8"]
    assert main([*call, "--report", str(tmp_path / "report")]) == 1
    printed = capsys.readouterr()
    assert "ravdess_speech, whole" in printed.out
    assert "no space left" in printed.err


def test_a_picture_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "a.png"
    writing.write_bytes(target, b"first")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WriteError, match="no space left"):
        writing.write_bytes(target, b"second")
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def test_clips_that_cannot_be_read_at_all_are_refused(model, tmp_path):
    path = tmp_path / "broken.wav"
    path.write_bytes(b"not a sound")
    clips = [Clip(path, "x", "x-1", emotion) for emotion in ("happy", "sad")]
    engine = EmotionEngine.load(model, provider="cpu")
    try:
        with pytest.raises(TrainingError, match="None of these clips"):
            ask(engine, clips, {path: "0"}, lambda waveform, _: waveform)
    finally:
        engine.close()


@pytest.mark.slow
def test_the_shipped_model_on_a_real_corpus(corpora):
    clips, hashes = load_corpus("emodb", corpora / "emodb", all_emotions=True)
    engine = EmotionEngine.load(provider="cpu", threads=1)
    try:
        source = Source("emodb", clips, hashes).limited(50, LABELS)
        judged = judge_corpus(engine, source, Options(conditions=("telephone",)))
    finally:
        engine.close()
    assert judged.row["strangers"] is False
    assert "boredom" in judged.row["left_out"]
    assert judged.row["uar"] > 0.8


def test_a_model_of_dimensions_is_not_judged_by_emotions(tmp_path: Path) -> None:
    file = make_tiny_model(tmp_path / "avd.onnx", dimensions=("arousal", "valence"))
    with pytest.raises(CallError, match="gives dimensions") as caught:
        load_classifier(file)
    assert caught.value.code == "call.dimensions"
