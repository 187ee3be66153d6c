"""A search over families and features keeps within its minutes, goes on where it was, and tells the truth."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.core.types import FloatArray
from models.architectures.registry import Choice, families
from models.commands import search as command
from models.commands.search import _FAMILIES
from models.data.clip_table import load_table
from models.errors import TrainingError
from models.experiments.search.candidates import ALL_STATISTICS, GROUPS, WIDEST, SearchSpace, searchable
from models.experiments.search.fitting import SearchData, fold_uar
from models.experiments.search.study import Search
from models.features.chain import parse_chain
from models.recipes.recipe import FITS, Recipe, TorchFit, load_recipe

pytestmark = pytest.mark.slow

RATE = 16_000
EMOTIONS = ("neutral", "happy", "sad", "angry")
GROUPS_TRIED = ("zcr", "rms", "flatness")


@pytest.fixture(scope="module")
def loudness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """White noise of six speakers: only how loud it is tells the emotion."""
    root = tmp_path_factory.mktemp("loudness")
    for number, emotion in enumerate(EMOTIONS):
        (root / emotion).mkdir()
        for speaker in range(6):
            for take in range(3):
                rng = np.random.default_rng((number, speaker, take))
                sound = 0.02 * 2.0**number * rng.standard_normal(RATE)
                soundfile.write(root / emotion / f"s{speaker}_{take}.wav", sound, RATE)
    (root / "emoscope.yaml").write_text("name: loudness\nspeaker_pattern: '(?P<speaker>s\\d)_'\n")
    return root


def call(corpus: Path, out: Path, minutes: float, *more: str) -> list[str]:
    return [
        *("search", f"folder={corpus}", "--families", "random-forest", "logistic-regression", "--groups"),
        *(*GROUPS_TRIED, "--minutes", str(minutes), "--out", str(out), "--cache", str(out.parent / "cache")),
        *("--seconds", "1", "--views", "whole", "--outer", "3", "--folds", "2", "--jobs", "1", *more),
    ]


def test_killed_and_started_again_it_ends_in_time_with_the_planted_feature(
    loudness: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from models.cli import main

    out = tmp_path / "found"
    with subprocess.Popen(
        [sys.executable, "-m", "models", *call(loudness, out, 10.0)], stderr=subprocess.PIPE, text=True
    ) as first:
        assert first.stderr is not None
        told = ""
        while "candidate 2" not in told:
            told = first.stderr.readline()
            assert told, first.wait()
        (worker,) = workers_of(first.pid)
        first.send_signal(signal.SIGKILL)
    wait_until_gone(worker)

    minutes = (spent(out) + 7) / 60  # on a busy machine the first candidates take long
    assert main(call(loudness, out, minutes)) == 0
    assert spent(out) <= 60 * minutes + 4  # a process is ended, and the database written
    said = capsys.readouterr()
    assert "candidates were tried before" in said.err
    board = json.loads((out / "leaderboard.json").read_text())
    best, *others = board["leaderboard"]
    assert "rms" in best["features"]
    assert best["uar"] >= 0.9
    deaf = [entry["uar"] for entry in others if "rms" not in entry["features"]]
    assert max(deaf, default=0.0) < best["uar"] - 0.2
    assert "optimistic" in board["figure"]
    assert "optimistic" in said.out

    recipe = load_recipe(out / "best.yaml")
    assert recipe.model.family == best["family"]
    assert parse_chain(recipe.features or "").spec == best["features"]
    figures = json.loads((out / "figures.json").read_text())
    assert figures["views"]["whole"]["speakers"] == 2
    assert figures["views"]["whole"]["uar_interval"]
    from export.cli import main as export

    assert export(["verify", str(out / "best.onnx")]) == 0
    assert (out / "plots" / "history.png").stat().st_size > 1000

    # Other options are another search.
    assert main(call(loudness, out, minutes, "--seed", "1")) == 2
    assert "another search: seed 0, not 1" in capsys.readouterr().err


@dataclass(frozen=True)
class Endless(SearchData):
    """Features that take for ever."""

    def of(self, recipe: Recipe) -> dict[str, FloatArray]:
        time.sleep(3600)
        raise AssertionError(recipe)


def test_a_fit_is_ended_in_its_midst_when_the_time_is_over(loudness: Path, tmp_path: Path) -> None:
    space = SearchSpace(("svm-rbf",), GROUPS_TRIED, {"corpora": [f"folder={loudness}"], "seconds": 1.0})
    data = Endless(load_table([f"folder={loudness}"], None), {}, (), ((), ()))
    search = Search(space, data, tmp_path, {})
    begun = time.monotonic()
    study = search.run(3.0)
    assert time.monotonic() - begun < 30  # and not an hour; the database and the process take a while
    assert [trial.user_attrs["reason"] for trial in study.trials if trial.user_attrs] == ["the time was over"]
    assert not workers_of(os.getpid())


def spent(out: Path) -> float:
    import optuna

    study = optuna.load_study(study_name="emoscope", storage=f"sqlite:///{out / 'search.db'}")
    return float(study.user_attrs["spent_s"])


def workers_of(parent: int) -> list[int]:
    import psutil

    return [
        child.pid for child in psutil.Process(parent).children() if "spawn_main" in " ".join(child.cmdline())
    ]


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--families", "forest"), "no family 'forest'"),
        (("--families", "cnn1d"), "one vector a clip; `emoscope-models train` trains the others"),
        (("--families", "random-forest", "emodb"), "Corpora stand before the first option"),
        (("--groups", "pitch", "jitter"), "no group of features 'jitter'"),
        (("--minutes", "0"), "minutes above 0"),
        (("--seconds", "0"), "between 0.1 and 60"),
        (("--classes", "happy"), "two emotions at least"),
    ],
)
def test_a_wrong_call_is_told(arguments, sentence, tmp_path, capsys):
    from models.cli import main

    try:
        code = main(["search", f"folder={tmp_path}", *arguments, "--out", str(tmp_path / "out")])
    except SystemExit as ended:
        code = ended.code
    assert code == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert ("Corpora stand" in told) == ("emodb" in arguments)


def test_a_full_disk_is_told_with_the_folder(loudness, tmp_path, monkeypatch, capsys):
    from models.cli import main

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")  # as a library that names no file

    monkeypatch.setattr(command, "_run", full)
    out = tmp_path / "found"
    assert main(call(loudness, out, 1.0)) == 1
    told = capsys.readouterr().err
    assert f"There is no room to write in the folder '{out}'" in told
    assert "Make room on the disk" in told


def test_a_file_that_is_no_database_is_told(loudness: Path, tmp_path: Path) -> None:
    (tmp_path / "search.db").write_text("no database at all")
    space = SearchSpace(("svm-rbf",), GROUPS_TRIED, {"corpora": [f"folder={loudness}"]})
    data = SearchData(load_table([f"folder={loudness}"], None), {}, (), ())
    with pytest.raises(TrainingError, match=r"search\.db cannot be used: .*not a database"):
        Search(space, data, tmp_path, {}).run(1.0)


@pytest.mark.parametrize("name", searchable())
def test_every_corner_of_a_space_is_a_family(name):
    family = families()[name]
    for axes, kind in ((family.space, family.Parameters), (family.fit_space, FITS[family.fitted_by])):
        defaults = kind().model_dump()
        for parameter, axis in axes.items():
            if isinstance(axis, Choice):
                assert defaults[parameter] in axis.values
                assert len(set(axis.words)) == len(axis.values)
            else:
                assert axis.low <= defaults[parameter] <= axis.high
            for value in axis.values if isinstance(axis, Choice) else (axis.low, axis.high):
                kind.model_validate({parameter: value})


def test_the_families_that_are_searched_by_default_can_be():
    assert set(_FAMILIES) <= set(searchable())


def test_every_candidate_is_a_part_of_what_is_computed():
    space = SearchSpace(searchable(), tuple(GROUPS), {"corpora": ["folder=x"]})
    columns = set(parse_chain(space.widest).names)
    for group, forms in GROUPS.items():
        for form in forms:
            names = parse_chain(f"{form}|pool:{ALL_STATISTICS}").names
            assert set(names) <= columns, (group, form)
    assert set(WIDEST) == set(GROUPS)


def test_a_small_form_of_a_feature_is_a_slice_of_the_widest():
    import torch

    wave = torch.from_numpy(np.random.default_rng(0).standard_normal((1, RATE)).astype(np.float32))
    wide, small = (parse_chain(f"{form}|pool:mean,p10") for form in (GROUPS["mfcc"][-1], GROUPS["mfcc"][3]))
    of = dict(zip(wide.names, wide(wave)[0].tolist(), strict=True))
    np.testing.assert_allclose([of[name] for name in small.names], small(wave)[0].numpy(), atol=1e-3)


@pytest.mark.parametrize("name", searchable())
def test_what_is_tried_first_are_the_defaults(name):
    space = SearchSpace((name,), tuple(GROUPS), {"corpora": ["folder=x"], "seconds": 3.0})
    usual, every = (space.recipe(choices) for choices in space.usual())
    family = families()[name]
    assert usual.model.parameters == family.Parameters()
    assert usual.fit == FITS[family.fitted_by]()
    assert "pitch" in (every.features or "")


def test_a_network_is_fitted_on_features_that_are_there(loudness: Path, tmp_path: Path) -> None:
    table = load_table([f"folder={loudness}"], None)
    space = SearchSpace(("mlp",), ("rms",), {"corpora": [f"folder={loudness}"], "views": ["whole"]})
    recipe = space.recipe(space.usual()[-1])
    recipe = recipe.model_copy(update={"fit": TorchFit(epochs=30, batch=8, rate=0.01)})
    heard = np.log(0.02 * 2.0 ** np.array([EMOTIONS.index(clip.emotion) for clip in table.clips]))
    features = np.stack([heard, np.ones(len(heard))], axis=1).astype(np.float32)
    features[3] = np.nan  # a clip that could not be read
    np.save(tmp_path / "whole.npy", features)
    judged = np.char.endswith(table.speakers, "s5")
    columns = ("rms_mean", "rms_std")
    data = SearchData(table, {"whole": tmp_path / "whole.npy"}, columns, ((~judged, judged),))
    assert fold_uar(data, recipe, 0) >= 0.9
