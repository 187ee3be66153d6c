"""A run of `train` as one page: what is worst, what to listen to, and a run that is none."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from family_bench import bench_of, recipe_of
from spoken_corpus import write_corpus

from models.cli import main
from models.evaluation.clip_answers import ANSWERS, read_answers
from models.evaluation.protocols import FOLDS, PROTOCOLS, SPEAKER_DEPENDENT
from models.training import shipping
from models.training.held_out import measure

pytestmark = pytest.mark.slow  # fits a forest


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `train` leaves of a forest, before it fits the last one."""
    folder = tmp_path_factory.mktemp("report")
    bench = bench_of(write_corpus(folder / "spoken"))
    recipe = recipe_of("random-forest", test="spoken").model_copy(update={"folds": 2})
    shipping.write_json(folder / "run" / "figures.json", measure(recipe, bench.workshop, folder / "run"))
    return folder / "run"


def test_the_answers_to_all_clips_stay_in_the_folder_and_give_its_figures(run):
    answers = read_answers(run / ANSWERS)
    figures = json.loads((run / "figures.json").read_text(encoding="utf-8"))
    for name, wanted in figures["views"].items():
        found = answers.under(name).report()
        assert found.confusion == wanted["confusion"]
        assert found.ece == pytest.approx(wanted["ece"])
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1.0, atol=1e-6)


def test_the_page_names_the_worst_confusion_and_what_to_listen_to(run, capsys):
    assert main(["report", str(run)]) == 0
    page = unescape((run / "report.html").read_text(encoding="utf-8"))
    whole = read_answers(run / ANSWERS).under("whole")
    counts = np.array(whole.report().confusion, dtype=float)
    shares = counts / counts.sum(axis=1, keepdims=True)
    np.fill_diagonal(shares, -1)
    truth, answer = (whole.labels[k] for k in np.unravel_index(shares.argmax(), shares.shape))
    assert f"<b>{truth}</b> is answered with <b>{answer}</b> in {100 * shares.max():.0f} %" in page
    wrong = whole.probabilities.argmax(axis=1) != whole.truth
    surest = max(np.flatnonzero(wrong), key=lambda row: whole.probabilities[row].max())
    assert f"emoscope {whole.asked[surest].path}" in page
    assert whole.asked[surest].path in (run / "report-run.m3u8").read_text(encoding="utf-8").splitlines()[2]
    assert "What each group of features brings" in page
    assert str(run / "report.html") in capsys.readouterr().out


def test_a_run_of_random_clips_has_a_page_that_says_so(run, tmp_path):
    """As `train --without-speakers` leaves it."""
    figures = json.loads((run / "figures.json").read_text(encoding="utf-8"))
    figures["protocol"] = PROTOCOLS[SPEAKER_DEPENDENT]
    (tmp_path / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    answers = (run / ANSWERS).read_text(encoding="utf-8")
    (tmp_path / ANSWERS).write_text(answers.replace(FOLDS, SPEAKER_DEPENDENT), encoding="utf-8")
    assert main(["report", str(tmp_path)]) == 0
    page = unescape((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "SPEAKER-DEPENDENT: random clips" in page
    assert "ROC of each emotion" in page
    assert "To listen to" in page


def test_a_folder_without_a_run_is_told(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 1
    assert "holds no run" in capsys.readouterr().err
