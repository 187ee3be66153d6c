"""From corpora to a verified model file by one command, with figures on speakers that it has not met."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.inference.engine import EmotionEngine
from models.cli import main
from models.errors import CancelledError
from models.evaluation.folds import linked_speakers
from models.evaluation.noise_bank import NoiseBank
from models.evaluation.protocols import splits
from models.experiments import figures
from models.experiments.all_emotions import leave_one_speaker_out
from models.experiments.figures import CONDITIONS
from models.training.follow import Control, TellingFollower
from models.training.whisper.held_out import HeldOut, stamp_of, trained
from models.training.whisper.material import WEIGHTS_FILE, Sources, load_material
from models.training.whisper.run_config import RunConfig

pytestmark = pytest.mark.slow

RATE = 16_000
SMALL = (
    "name: small\ndata: {corpora: [ravdess_speech, emodb]}\ncalibration: {inner_folds: 2, refit: false}\n"
    "model: {family: whisper, layers: 1, pool_layers: [1], noise_pieces: 12}\n"
    "fit: {epochs: 1, draws: 40, batch: 8}\naugment: {noise: 0.5}\n"
)
EMOTIONS = {"03": "happy", "04": "sad", "05": "angry"}
LETTERS = {"W": 5, "T": 4, "L": 6}
"""EMO-DB: anger, sadness, and boredom, which is not among the emotions of the project."""


def tone(pitch: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    time = np.arange(round(0.8 * RATE)) / RATE
    return 0.3 * np.sin(2 * np.pi * pitch * time) + 0.01 * rng.standard_normal(len(time))


def samples(pitch: float, seed: int) -> np.ndarray:
    """A tone as any lossless file holds it."""
    return (32767 * tone(pitch, seed)).astype(np.int16)


def linear(*corpora: str, **fields: object) -> RunConfig:
    """A recipe that trains a head alone, on the first layer of an encoder."""
    small: dict[str, object] = {"name": "small", "folds": 2, "inner_folds": 2, "refit": False, "layers": 1}
    small |= {"pool_layers": (1,), "head": {"noise_pieces": 8}, "fit": {"epochs": 0}}
    return RunConfig.model_validate({**small, "corpora": corpora, **fields})


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Four actors of RAVDESS and four speakers of EMO-DB: a tone for each emotion, shifted for each voice."""
    root = tmp_path / "corpora"
    for actor in range(1, 5):
        folder = root / "ravdess_speech" / f"Actor_{actor:02d}"
        folder.mkdir(parents=True)
        for emotion in EMOTIONS:
            sound = tone(100 * int(emotion) + 7 * actor, actor)
            soundfile.write(folder / f"03-01-{emotion}-01-01-01-{actor:02d}.wav", sound, RATE)
    (root / "emodb").mkdir()
    for number, speaker in enumerate(("03", "08", "09", "10")):
        for letter, step in LETTERS.items():
            sound = tone(100 * step + 9 * number, 10 + number)
            soundfile.write(root / "emodb" / f"{speaker}a01{letter}a.wav", sound, RATE)
    soundfile.write(root / "emodb" / "11a01La.wav", tone(640, 14), RATE)  # who is only bored
    return root


@pytest.mark.slow
def test_an_unknown_corpus_is_a_mistake_of_the_recipe(random_encoder, tmp_path, monkeypatch, capsys):
    """As another one in the file is; on the command line, it is a wrong call."""
    (tmp_path / "my.yaml").write_text(SMALL.replace("ravdess_speech, emodb", "music"))
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    words = ["--cache", str(tmp_path / "cache"), "--out", str(tmp_path / "o")]
    assert main(["train", str(tmp_path / "my.yaml"), "--corpora", str(tmp_path), *words]) == 1
    assert "'music' is no known corpus" in capsys.readouterr().err
    assert main(["features", "music", "--out", str(tmp_path / "table.csv")]) == 2


def test_a_training_is_cancelled_between_two_batches_and_goes_on_later(corpora, random_encoder, tmp_path):
    config = linear(
        "ravdess_speech", fit={"epochs": 3, "draws": 8, "batch": 4, "patience": 3}, head={"noise_pieces": 0}
    )
    weights = random_encoder / WEIGHTS_FILE
    material = load_material(config.corpora, corpora, weights, tmp_path / "cache", layers=1, pool_layers=(1,))
    inner = material.speakers == material.speakers[-1]
    told, control = [], Control()

    def until_the_second_epoch(event):
        told.append(event)
        if event["event"] == "epoch" and event["epoch"] == 2:
            control.cancel()

    def train(write, control):
        sources = Sources(weights, NoiseBank(), (), follower=TellingFollower(write, control))
        return trained(tmp_path, "tiny", material, ~inner, inner, config=config, sources=sources)

    with pytest.raises(CancelledError):
        train(until_the_second_epoch, control)
    assert [(event["epoch"], event["epochs"]) for event in told] == [(1, 3), (2, 3)]
    for event in told:
        assert event["train_loss"] > 0
        assert event["val_loss"] > 0
        assert (sum(map(sum, event["confusion"])), event["speakers"]) == (3, 1)
    rest = []
    train(rest.append, Control())
    assert [event["epoch"] for event in rest] == [3]


def test_one_command_measures_trains_and_exports(corpora, random_encoder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(corpora))
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    config = tmp_path / "small.yaml"
    config.write_text(
        "name: small\n"
        "data: {corpora: [ravdess_speech, emodb]}\n"
        "folds: 2\n"
        "calibration: {inner_folds: 2, refit: false}\n"
        "model: {family: whisper, layers: 1, pool_layers: [1], noise_pieces: 12}\n"
        "fit: {epochs: 1, draws: 8, batch: 4, noise: 0.2, profile_dropout: 0.5}\naugment: {noise: 0.5}\n"
    )
    call = ["train", str(config), "--out", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    assert main([*call, "--jsonl", str(tmp_path / "events.jsonl")]) == 0
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    fits = [(event["kind"], event["of"]) for event in events if event["event"] == "fold"]
    # Of each fold and without each corpus, and of everyone: begun, and done.
    assert fits == [("fold", 5)] * 4 + [("corpus", 5)] * 4 + [("everyone", 5)] * 2
    epochs = [event for event in events if event["event"] == "epoch"]
    assert [(event["fold"], event["epoch"], event["epochs"]) for event in epochs] == [
        (number, 1, 1) for number in range(1, 6)
    ]
    assert all(event["train_loss"] > 0 for event in epochs)
    done = next(event for event in events if event["event"] == "fold" and event["state"] == "done")
    classes = next(event for event in events if event["event"] == "data")["classes"]
    assert len(done["confusion"]) == len(classes) == 3
    assert done["condition"] == "whole"
    printed = capsys.readouterr()
    told = printed.out
    assert "training fold-1-of-2, to calibrate it ..." in printed.err

    found = json.loads((tmp_path / "run" / "figures.json").read_text())
    assert set(CONDITIONS) < set(found["views"])
    assert {corpus: row["clips"] for corpus, row in found["unseen_speakers"].items()} == {
        "ravdess_speech": 12,
        "emodb": 8,
    }
    every = found["unseen_speakers"]["emodb"]["every emotion"]
    assert (every["clips"], every["speakers"], len(every["labels"])) == (13, 5, 3)
    assert "bored" in " ".join(every["labels"])
    assert set(found["corpus_left_out"]) == {"ravdess_speech", "emodb"}
    shared = found["corpus_left_out"]["ravdess_speech"]["shared"]
    assert shared["clips"] == 8  # nobody was happy in what was trained on
    assert [fold["doubt_s"] > 0 for fold in found["calibration"]] == [True, True]
    assert "without emodb" in told

    assert list((tmp_path / "run" / "final").glob("network-*.pt"))  # figures may be made again without it

    engine = EmotionEngine.load(tmp_path / "run" / "small.int8.onnx")
    try:
        short = engine.predict(tone(310, 1)[: RATE // 2].astype(np.float32))
        assert sum(short.probabilities) == pytest.approx(1.0, abs=1e-5)
        assert engine.voice_model is not None
    finally:
        engine.close()

    capsys.readouterr()
    assert main(call) == 0  # everything is kept: the second call trains nothing
    assert "training" not in capsys.readouterr().err
    assert (tmp_path / "run" / "figures.json").read_text() == json.dumps(found, indent=1) + "\n"

    again = ["recalibrate", str(config), "--model", str(tmp_path / "run" / "small.int8.onnx")]
    again += ["--held-out", str(tmp_path / "run" / "held-out"), "--out", str(tmp_path / "doubt")]
    assert main([*again, "--cache", str(tmp_path / "cache")]) == 0
    assert "training" not in capsys.readouterr().err  # the networks without a corpus are there
    rows = json.loads((tmp_path / "doubt" / "recalibration.json").read_text())["domains"]
    assert {(row["domain"], row["known"]) for row in rows} > {("ravdess_speech", False), ("emodb", False)}
    engine = EmotionEngine.load(tmp_path / "doubt" / "small.int8.onnx")
    try:
        short = engine.predict(tone(310, 1)[: RATE // 2].astype(np.float32))
        assert short.novelty is not None
        assert short.default_probabilities is not None
    finally:
        engine.close()


@pytest.mark.slow
def test_one_corpus_of_own_data_suffices(random_encoder, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("EMOSCOPE_CORPORA", raising=False)
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    own = tmp_path / "sound"
    for number, emotion in enumerate(("happy", "sad")):
        (own / emotion).mkdir(parents=True)
        for voice, person in enumerate(("ann", "ben", "cem", "dan")):
            soundfile.write(
                own / emotion / f"{person}-1.wav", tone(200 + 90 * number + 9 * voice, voice), RATE
            )
    (own / "emoscope.yaml").write_text("name: mine\nspeaker_pattern: '([a-z]+)-'\n")
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
    assert "mine, speakers" in capsys.readouterr().out
    assert json.loads((tmp_path / "run" / "figures.json").read_text())["corpus_left_out"] == {}
    engine = EmotionEngine.load(tmp_path / "run" / "own.onnx")
    assert engine.manifest.trained_on.corpora == ("mine",)
    assert engine.manifest.licence == "mine: your own"
    engine.close()

    taken = [*call[:3], str(config), *call[4:]]
    assert main(taken) == 1
    assert "own.yaml" in (told := capsys.readouterr().err)
    assert len(told.splitlines()) == 1

    assert main([*call, "--figures", str(config)]) == 1
    assert "own.yaml cannot be read" in capsys.readouterr().err
    (tmp_path / "none.json").write_text("{}")
    assert main([*call, "--figures", str(tmp_path / "none.json")]) == 1
    assert "holds no figures of a run" in capsys.readouterr().err


@pytest.mark.slow
def test_as_many_folds_as_there_are_speakers_are_said_to_be(
    corpora, random_encoder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(corpora))
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    recipe = tmp_path / "many.yaml"
    recipe.write_text(
        "name: many\nfolds: 9\ndata: {corpora: [ravdess_speech]}\n"
        "calibration: {inner_folds: 8, refit: false}\n"
        "model: {family: whisper, layers: 1, pool_layers: [1], noise_pieces: 8}\nfit: {epochs: 0}\n"
    )
    out = tmp_path / "run"
    assert main(["train", str(recipe), "--out", str(out), "--cache", str(tmp_path / "cache")]) == 0
    told = capsys.readouterr().err
    assert "4 speakers: 4 folds instead of 9." in told
    assert "4 speakers: at most 4 inner folds to calibrate on instead of 8." in told
    assert ", 4 folds with disjoint speakers" in json.loads((out / "figures.json").read_text())["protocol"]


@pytest.mark.slow
def test_a_corpus_that_cannot_be_left_out_is_told_and_the_rest_is_measured(corpora, random_encoder, tmp_path):
    for number, emotion in enumerate(("happy", "sad")):
        (tmp_path / "me" / emotion).mkdir(parents=True)
        for take in range(2):
            sound = tone(200 + 90 * number, 20 + take)
            soundfile.write(tmp_path / "me" / emotion / f"me-{take}.wav", sound, RATE)
    (tmp_path / "me" / "emoscope.yaml").write_text("name: mine\nspeaker_pattern: '(me)-'\n")
    config = linear("ravdess_speech", f"folder={tmp_path / 'me'}")
    weights = random_encoder / WEIGHTS_FILE
    material = load_material(config.corpora, corpora, weights, tmp_path / "cache", layers=1, pool_layers=(1,))
    told: list[str] = []
    found = figures.corpora_left_out(
        material, config, tmp_path / "run", Sources(weights, NoiseBank(), ()), told.append
    )
    assert any(
        said.startswith("ravdess_speech is not left out: without ravdess_speech: one") for said in told
    )
    assert list(found) == ["mine"]


@pytest.mark.slow
def test_every_emotion_is_judged_by_networks_that_heard_the_speaker_under_no_name(
    corpora, random_encoder, tmp_path, monkeypatch
):
    """EMO-DB comes second to a copy of some of it: its clips are joined into the copy's speakers."""
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    for path in sorted((corpora / "emodb").glob("0*[WT]a.wav")):
        folder = tmp_path / "copy" / {"W": "angry", "T": "sad"}[path.stem[5]]
        folder.mkdir(parents=True, exist_ok=True)
        sound, rate = soundfile.read(path, dtype="int16")
        soundfile.write(folder / f"p{path.stem[:2]}-1.flac", sound, rate)
    (tmp_path / "copy" / "emoscope.yaml").write_text("name: mine\nspeaker_pattern: '(p[0-9]+)-'\n")
    config = linear(f"folder={tmp_path / 'copy'}", "emodb", test_corpus="emodb")
    weights = random_encoder / WEIGHTS_FILE
    material = load_material(config.corpora, corpora, weights, tmp_path / "cache", layers=1, pool_layers=(1,))
    asked: dict[str, HeldOut] = {}

    def noted(clips, hashes, folds, cache):
        asked.update(folds)
        return leave_one_speaker_out(clips, hashes, folds, cache)

    monkeypatch.setattr(figures, "leave_one_speaker_out", noted)
    figures.cross_validation(
        material, config, tmp_path / "run", Sources(weights, NoiseBank(), ()), lambda _: None
    )
    trained = {
        id(fold): set(material.speakers[split.train])
        for fold, split in zip(
            dict.fromkeys(asked.values()),
            splits("speaker-folds", material.clips, material.hashes, count=2),
            strict=True,
        )
    }
    assert {"emodb-03", "emodb-08", "emodb-09", "emodb-10"} <= set(asked)
    for number in ("03", "08", "09"):
        assert f"mine-p{number}" not in trained[id(asked[f"emodb-{number}"])]


def test_labels_voices_and_noise_that_change_make_another_network(random_encoder, tmp_path):
    for actor in range(1, 3):
        for emotion in EMOTIONS:
            path = tmp_path / "ravdess_speech" / f"03-01-{emotion}-01-01-01-{actor:02d}.wav"
            path.parent.mkdir(exist_ok=True)
            soundfile.write(path, tone(100 * int(emotion), actor), RATE)
    weights = random_encoder / WEIGHTS_FILE
    material = load_material(("ravdess_speech",), tmp_path, weights, tmp_path / "cache")
    everything = np.ones(len(material.clips), bool)
    config = RunConfig(name="x", corpora=("ravdess_speech",))
    hiss = np.ones(8, np.float32)

    def stamp(noises=(), **changes) -> str:
        first, *others = material.clips
        changed = replace(material, clips=(replace(first, **changes), *others))
        return stamp_of(changed, everything, config, Sources(weights, NoiseBank(), noises))

    stamps = [stamp(), stamp(emotion="calm"), stamp(speaker="ravdess-09"), stamp([hiss]), stamp([2 * hiss])]
    assert len(set(stamps)) == 5
    assert stamp() == stamps[0]


def test_a_recording_that_cannot_be_read_is_told_and_left_out(random_encoder, tmp_path):
    place = tmp_path / "ravdess_speech"
    place.mkdir()
    for code in EMOTIONS:
        for actor in range(1, 7):
            path = place / f"03-01-{code}-01-01-01-{actor:02d}.wav"
            soundfile.write(path, samples(100 * int(code), actor), RATE)
    broken = place / f"03-01-{next(iter(EMOTIONS))}-01-01-01-06.wav"
    broken.write_bytes(b"RIFF no sound")
    told: list[str] = []
    weights = random_encoder / WEIGHTS_FILE
    material = load_material(("ravdess_speech",), tmp_path, weights, tmp_path / "cache", say=told.append)
    assert told == [f"Cannot be read, left out: 1 file: {broken.name}."]
    assert broken not in {clip.path for clip in material.clips}
    assert len(material.clips) == len(material.seconds) == 6 * len(EMOTIONS) - 1


def test_a_sound_in_two_corpora_is_learnt_once_and_links_who_speaks(random_encoder, tmp_path, capsys):
    """A corpus whose files were made wav again under other names, half of them."""
    (tmp_path / "ravdess_speech").mkdir()
    for code, emotion in EMOTIONS.items():
        (tmp_path / "own" / emotion).mkdir(parents=True)
        for actor in range(1, 5):
            pitch = 100 * int(code)
            name = f"03-01-{code}-01-01-01-{actor:02d}.flac"
            soundfile.write(tmp_path / "ravdess_speech" / name, samples(pitch, actor), RATE)
            same = samples(pitch if emotion != "sad" else 150 * int(code), actor)
            soundfile.write(tmp_path / "own" / emotion / f"p{actor}-1.wav", same, RATE)
    (tmp_path / "own" / "emoscope.yaml").write_text("name: own\nspeaker_pattern: '(p[0-9])-'\n")
    told: list[str] = []
    material = load_material(
        ("ravdess_speech", f"folder={tmp_path / 'own'}"),
        tmp_path,
        random_encoder / WEIGHTS_FILE,
        tmp_path / "cache",
        say=told.append,
    )
    assert told == ["8 clips have the sound of a clip of another corpus: left out."]
    assert len(material.clips) == len(set(material.sounds)) == 16
    assert frozenset({"ravdess-01", "own-p1"}) in linked_speakers(material.clips, material.hashes)
    for split in splits("leave-one-speaker-out", material.clips, material.hashes):
        assert len(set(material.speakers[split.train])) == 6


def test_constants_are_not_chosen_by_another_runs_networks(
    corpora, random_encoder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(corpora))
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    config = tmp_path / "small.yaml"
    config.write_text(SMALL)
    run, cache = tmp_path / "run", tmp_path / "cache"
    for fold in range(1, 5):
        place = run / "held-out" / f"fold-{fold}-of-4"
        place.mkdir(parents=True)
        (place / "network-0123456789ab-inner.pt").touch()
    before = sorted(run.rglob("*"))
    assert main(["smoothing", str(config), "--out", str(run), "--cache", str(cache)]) == 2
    assert "holds no network of fold 1 of" in (told := capsys.readouterr().err)
    assert "Train it first: emoscope-models train" in told
    assert sorted(run.rglob("*")) == before


@pytest.mark.slow
def test_a_recipe_is_tried_without_its_parts(corpora, random_encoder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(corpora))
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    config = tmp_path / "small.yaml"
    config.write_text(SMALL)
    call = ["ablate", str(config), "--out", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")]
    assert main([*call, "--only", "without hope"]) == 2
    told = capsys.readouterr().err
    assert "without hope" in told
    assert "without noise" in told
    assert main([*call, "--draws", "3"]) == 2
    assert "at least one batch: 8" in capsys.readouterr().err
    assert main([*call, "--only", "as it is", "--only", "without noise", "--draws", "8"]) == 0
    found = json.loads((tmp_path / "out" / "ablation.json").read_text())
    assert list(found) == ["as it is", "without noise"]
    assert all(0 <= row["noise-10dB"] <= 1 for row in found.values())
    assert found["without noise"]["interval"] is None  # one speaker of each corpus judges
    printed, told = capsys.readouterr()
    assert "Few speakers judge (emodb 1, ravdess_speech 1): the intervals are too narrow." in told
    assert "own profile" in printed
    assert printed.rstrip().endswith(f"{100 * found['without noise']['against']:+.1f}")

    config.write_text(config.read_text().replace("epochs: 1", "epochs: 0"))
    assert main([*call, "--only", "without noise"]) == 2
    assert "It is one of: as it is." in capsys.readouterr().err
