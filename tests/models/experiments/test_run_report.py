"""A run of `train` as one page: what is worst, what to listen to, and a run that is none."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from browser import Browser, find_browser
from family_bench import bench_of, recipe_of
from spoken_corpus import write_corpus

from models.cli import main
from models.evaluation.clip_answers import ANSWERS, read_answers
from models.evaluation.protocols import FOLDS, PROTOCOLS, SPEAKER_DEPENDENT
from models.experiments.report.run_folder import read_run
from models.training import shipping
from models.training.held_out import measure

pytestmark = pytest.mark.slow  # fits a forest

FOREST = """\
name: forest
seed: 4711
data: {corpora: [folder=/mine]}
features: mfcc:n_mfcc=13|pool:mean
model: {family: random-forest}
"""


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
    certain = np.array([one.certain for one in whole.asked])
    wrong = certain & (whole.probabilities.argmax(axis=1) != whole.truth)
    surest = max(np.flatnonzero(wrong), key=lambda row: whole.probabilities[row].max())
    assert f"emoscope {whole.asked[surest].path}" in page
    assert whole.asked[surest].path in (run / "report-run.m3u8").read_text(encoding="utf-8").splitlines()[2]
    assert "What each group of features brings" in page
    assert str(run / "report.html") in capsys.readouterr().out


@pytest.mark.skipif(find_browser() is None, reason="no Chromium; Debian has it as chromium-headless-shell")
def test_the_page_fits_a_narrow_window_needs_nothing_else_and_is_dark_where_others_are(run):
    assert main(["report", str(run)]) == 0
    ground = "getComputedStyle(document.body).backgroundColor"
    with Browser() as browser:
        browser.open((run / "report.html").as_uri(), (400, 900))
        assert browser.value("document.documentElement.scrollWidth") <= 400
        assert browser.value("[...document.querySelectorAll('figcaption span')].every(e => e.innerText)")
        cells = "document.querySelectorAll('figure svg [id^=QuadMesh] path').length"
        assert browser.value(cells) >= 4, "the confusion is drawn"
        assert browser.complaints() == []
        light = browser.value(ground)
        browser.look((400, 900), dark=True)
        assert browser.value(ground) != light


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


def test_the_page_of_a_run_says_what_the_model_is_and_opens_clips_with_its_file(run, tmp_path):
    folder = shutil.copytree(run, tmp_path / "f")
    (folder / "recipe.yaml").write_text(FOREST, encoding="utf-8")
    told = {"name": "mine-forest", "began": "2099-01-01"}
    (folder / "run.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "mine-forest.onnx").touch()
    assert main(["report", str(folder)]) == 0
    page = unescape((folder / "report.html").read_text(encoding="utf-8"))
    assert "<h1>Run mine-forest</h1>" in page
    for fact in (
        "random-forest",
        "folder=/mine",
        "4711",
        "mfcc:n_mfcc=13|pool:mean",
        "mine-forest.onnx",
        "2099-01-01 00:00 UTC",
    ):
        assert f"{fact}</td>" in page
    assert f"emoscope --model {folder / 'mine-forest.onnx'} " in page
    assert "the condition whole: " in page
    assert (folder / "report-mine-forest.m3u8").is_file()


def test_a_copy_of_the_recipe_that_this_version_cannot_read_ends_no_page(run, tmp_path):
    folder = shutil.copytree(run, tmp_path / "f")
    (folder / "recipe.yaml").write_text(f"{FOREST}of_tomorrow: 1\n", encoding="utf-8")
    assert main(["report", str(folder)]) == 0
    assert "4711" not in (folder / "report.html").read_text(encoding="utf-8")


def test_wrong_answers_that_were_called_uncertain_are_not_to_be_listened_to(run, tmp_path):
    shutil.copy(run / "figures.json", tmp_path)
    text = (run / ANSWERS).read_text(encoding="utf-8")
    (tmp_path / ANSWERS).write_text(text.replace(",true,", ",false,"), encoding="utf-8")
    assert main(["report", str(tmp_path)]) == 0
    assert "To listen to" not in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.m3u8"))


def test_curves_of_another_recipe_in_the_same_folder_are_not_drawn(run, tmp_path):
    """Three fits of a recipe, then three of a changed one; one more was begun after the figures."""
    shutil.copy(run / "figures.json", tmp_path)  # of two folds, and then everyone is learnt from
    for moment, epochs in enumerate((4, 4, 4, 2, 2, 2, 7), start=1):
        file = tmp_path / f"fit-{10 * moment % 7}" / "metrics.csv"
        file.parent.mkdir()
        rows = "".join(f"{epoch},0.5\n" for epoch in range(epochs))
        file.write_text("epoch,val_uar\n" + rows, encoding="utf-8")
        os.utime(file, (moment, moment))
    os.utime(tmp_path / "figures.json", (5.5, 5.5))
    (model,) = read_run(tmp_path, tmp_path).models
    assert [len(curve["epoch"]) for _, curve in model.curves] == [2, 2, 2]


def league_of(run: Path, folder: Path) -> Path:
    """A league of one recipe whose answers lie beside its table, with paths below the folder of corpora."""
    views = json.loads((run / "figures.json").read_text(encoding="utf-8"))["views"]
    row = {"recipe": "forest", "family": "random-forest", "tested": "spoken", "views": views}
    left = {"recipe": "hubert", "family": "hubert", "why": "EMOSCOPE_HUBERT is not set."}
    data = {"quick": False, "folds": 2, "folds_tested": 2, "recipes": [row], "not_ranked": [left]}
    (folder / "answers").mkdir(parents=True)
    (folder / "league.json").write_text(json.dumps(data), encoding="utf-8")
    answers = (run / ANSWERS).read_text(encoding="utf-8").replace(f"{run.parent}/", "")
    with zipfile.ZipFile(folder / "answers" / "forest.zip", "w") as archive:
        archive.writestr("fold-1.csv", answers)
        archive.writestr("fold-1.json", json.dumps({"importance": {"mfcc": 0.2}}))
    return folder


def test_a_league_is_read_with_the_answers_beside_its_table(run, tmp_path):
    folder = league_of(run, tmp_path / "league")
    call = ["report", str(folder), "--work", str(tmp_path / "nowhere"), "--corpora", str(run.parent)]
    assert main(call) == 0
    page = unescape((folder / "report.html").read_text(encoding="utf-8"))
    for told in ("ROC of each emotion", "By length", "To listen to", "What each group of features brings"):
        assert told in page
    lines = (folder / "report-forest.m3u8").read_text(encoding="utf-8").splitlines()
    assert Path(lines[2]).is_file()


def test_a_leagues_page_shows_its_leading_condition_and_what_was_not_ranked(run, tmp_path):
    folder = league_of(run, tmp_path / "league")
    table = json.loads((folder / "league.json").read_text(encoding="utf-8"))
    lead = table["recipes"][0]["views"]["trimmed"]
    lead["uar"] = 0.1234
    (folder / "league.json").write_text(json.dumps(table), encoding="utf-8")
    assert main(["report", str(folder)]) == 0
    page = unescape((folder / "report.html").read_text(encoding="utf-8"))
    overview = page[: page.index("</table>")]
    assert "<td>12.3 [" in overview
    assert "the condition trimmed: clips cut to their speech" in page
    assert "<li>hubert: EMOSCOPE_HUBERT is not set.</li>" in page


def test_a_damaged_archive_of_answers_is_told_with_what_to_do(run, tmp_path, capsys):
    folder = league_of(run, tmp_path / "league")
    (folder / "answers" / "forest.zip").write_bytes(b"no archive")
    assert main(["report", str(folder), "--work", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.count("cannot be read") == 1
    assert "remove it: the page is made without these answers" in told


def test_a_folder_without_a_run_is_told(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 1
    assert "holds no run" in capsys.readouterr().err
