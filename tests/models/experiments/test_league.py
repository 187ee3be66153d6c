"""All recipes in one table: measured part by part, gone on with after a kill, shown as a page, and kept."""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from family_bench import recipe_of
from spoken_corpus import write_corpus

from models.cli import main
from models.commands import league as league_command
from models.commands import league_worker
from models.experiments.league import cells
from models.experiments.league.markdown import league_markdown

pytestmark = pytest.mark.slow  # trains for real

COSTS = ("file", "core_seconds", "date")
NAMES = ("logistic-regression", "random-forest")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("league") / "spoken")


def recipe_file(folder: Path, spoken: Path, name: str, **more: Any) -> Path:
    recipe = recipe_of(name, corpora=[f"folder={spoken}"])
    told = recipe.model_dump(mode="json")
    told["model"] = {"family": name, **told["model"]["parameters"]}
    told["data"].pop("test")
    told["fit"] |= more
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


@pytest.fixture
def call(spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """The arguments of a league of two recipes and of one that lacks its weights, in folders of their own."""
    monkeypatch.delenv("EMOSCOPE_HUBERT", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # several threads wait for one another by counting
    recipes = [
        recipe_file(tmp_path, spoken, "random-forest"),
        recipe_file(tmp_path, spoken, "cnn2d", epochs=2),
    ]
    missing = yaml.safe_load(recipe_file(tmp_path, spoken, "hubert").read_text(encoding="utf-8"))
    missing["model"] = {"family": "hubert", "folder": "$EMOSCOPE_HUBERT"}
    (tmp_path / "hubert.yaml").write_text(yaml.safe_dump(missing), encoding="utf-8")
    recipes.append(tmp_path / "hubert.yaml")

    def arguments(name: str) -> list[str]:
        out, work = str(tmp_path / name), str(tmp_path / f"{name}-work")
        return ["league", *map(str, recipes), "--out", out, "--work", work, "--folds", "2"]

    return arguments


def in_this_process(
    monkeypatch: pytest.MonkeyPatch, stop_at: tuple[str, str] = ("", ""), exported: str = ""
) -> list[tuple[str, str]]:
    """Measure here; Ctrl+C at a part. Of all files but one recipe's is said that they are there.

    Gives the list that (recipe, part) are told to.
    """
    begun: list[tuple[str, str]] = []

    def measure(task: dict[str, Any], told: Callable[[str], None], stop: Callable[[], bool]) -> Any:
        from desktop_app.core.errors import EmoscopeError

        def tell(text: str) -> None:
            told(text)
            if text.startswith(league_worker.CELL):
                part = Path(task["recipe"]).stem, text.removeprefix(league_worker.CELL)
                begun.append(part)
                if part == stop_at:
                    raise KeyboardInterrupt

        try:
            league_worker.measure_recipe(task, tell)
        except EmoscopeError as error:
            return {"message": error.message, "hint": error.hint, "code": error.code}
        return None

    monkeypatch.setattr(league_command, "measure_in_process", measure)

    def write_file(entrant: Any, outcome: Any, path: Path) -> dict[str, Any]:
        if entrant.recipe.name == exported:
            return real(entrant, outcome, path)
        return {"megabytes": 1.0, "milliseconds": 2.0, "exporter": "", "parity": 0.0}

    real = league_worker.write_file
    monkeypatch.setattr(league_command, "measure_in_process", measure)
    monkeypatch.setattr(league_worker, "write_file", write_file)
    return begun


def table_of(folder: Path) -> Any:
    def without_costs(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_costs(one) for key, one in value.items() if key not in COSTS}
        return [without_costs(one) for one in value] if isinstance(value, list) else value

    return without_costs(json.loads((folder / "league.json").read_text(encoding="utf-8")))


def test_killed_and_called_again_it_gives_the_table_that_it_would_have_given(call, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        begun = in_this_process(patched, stop_at=("cnn2d", "fold-2"), exported="random-forest")
        assert main(call("killed")) == 130
    assert not (tmp_path / "killed" / "league.json").exists()
    assert begun[-1] == ("cnn2d", "fold-2")
    begun = in_this_process(monkeypatch)
    assert main(call("killed")) == 0
    assert begun == [("cnn2d", "fold-2"), ("cnn2d", "speaker-dependent")]
    assert main(call("whole")) == 0
    file = json.loads((tmp_path / "killed" / "league.json").read_text(encoding="utf-8"))["recipes"][0]["file"]
    assert file["milliseconds"] > 0
    assert file["parity"] < 1e-4
    found = table_of(tmp_path / "killed")
    assert found == table_of(tmp_path / "whole")
    first, second = found["recipes"]
    assert first["views"]["trimmed"]["uar"] >= second["views"]["trimmed"]["uar"]
    assert first["against_next"]["to"] == second["recipe"]
    assert first["views"]["trimmed"]["clips"] == 48
    assert {row["speaker_dependent"]["report"]["protocol"] for row in found["recipes"]} == {
        "speaker-dependent"
    }
    assert [row["recipe"] for row in found["not_ranked"]] == ["hubert"]
    page = (tmp_path / "killed" / "README.md").read_text(encoding="utf-8")
    assert "- `hubert`: The folder of the trained weights is not named: EMOSCOPE_HUBERT is not set." in page
    assert "SPEAKER-DEPENDENT" in page
    assert (tmp_path / "killed" / "uar-against-ms.png").read_bytes().startswith(b"\x89PNG")

    # On another computer the table is made of what was kept beside it, and nothing is trained again.
    shutil.copytree(tmp_path / "killed" / "answers", tmp_path / "moved" / "answers")
    begun.clear()
    assert main(call("moved")) == 0
    assert begun == []
    assert table_of(tmp_path / "moved") == found

    league_page = tmp_path / "killed.html"
    work = ["--work", str(tmp_path / "killed-work")]
    assert main(["report", str(tmp_path / "killed"), "--out", str(league_page), *work]) == 0
    html = league_page.read_text(encoding="utf-8")
    assert "https://" not in re.sub(r'xmlns[:\w]*="[^"]*"|<!DOCTYPE[^>]*>', "", html)
    for told in ("F1 of each emotion", "Training, ", "What each group of features brings", "ROC of each"):
        assert told in html
    for row in found["recipes"]:
        assert worst_of(row["views"]["trimmed"]) in html
        if row["views"]["trimmed"]["accuracy"] < 1:
            lines = (tmp_path / f"killed-{row['recipe']}.m3u8").read_text(encoding="utf-8").splitlines()
            assert lines[0] == "#EXTM3U"
            assert all(Path(line).is_file() for line in lines if not line.startswith("#"))


def worst_of(report: dict[str, Any]) -> str:
    """The sentence of the worst confusion, worked out anew."""
    labels = report["labels"]
    shares = [
        (-row[j] / sum(row), labels[k], labels[j])
        for k, row in enumerate(report["confusion"])
        for j in range(len(labels))
        if j != k and row[j]
    ]
    if not shares:
        return "Where it errs"
    share, truth, answer = min(shares)
    return f"<b>{truth}</b> is answered with <b>{answer}</b> in {-100 * share:.0f} % of its clips."


def test_a_recipe_that_fails_is_told_and_the_others_go_on(
    spoken, random_encoder, tmp_path, monkeypatch, capsys
):
    # In processes of their own, one fold, with a real file: here the Whisper network goes on.
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    broken = recipe_file(tmp_path, spoken, "logistic-regression")
    broken.write_text(
        broken.read_text(encoding="utf-8").replace(str(spoken), str(tmp_path / "nowhere")), encoding="utf-8"
    )
    whisper = tmp_path / "whisper.yaml"
    whisper.write_text(
        f"name: whisper\ndata: {{corpora: ['folder={spoken}']}}\nfit: {{epochs: 0}}\n"
        "model: {family: whisper, layers: 1, pool_layers: [1], noise_pieces: 4}\n",
        encoding="utf-8",
    )
    out, cache = tmp_path / "out", tmp_path / "cache"
    call = ["league", str(broken), str(whisper), "--folds", "2", "--quick"]
    assert main([*call, "--out", str(out), "--work", str(tmp_path / "work"), "--cache", str(cache)]) == 1
    assert "logistic-regression failed: " in capsys.readouterr().err
    found = json.loads((out / "league.json").read_text(encoding="utf-8"))
    assert [row["recipe"] for row in found["recipes"]] == ["whisper"]
    assert found["recipes"][0]["file"]["milliseconds"] > 0
    assert found["not_ranked"][0]["why"].startswith("failed: ")
    assert "QUICK" in (out / "README.md").read_text(encoding="utf-8")
    assert "whisper: fold-1 (part 1 of 2)" in (out / "league.log").read_text(encoding="utf-8")


@dataclass
class Folders:
    """A measured league, and what measuring it again would do."""

    root: Path
    begun: list[tuple[str, str]]

    @property
    def out(self) -> Path:
        return self.root / "out"

    def page(self) -> str:
        return (self.out / "README.md").read_text(encoding="utf-8")

    def table(self) -> Any:
        return json.loads((self.out / "league.json").read_text(encoding="utf-8"))

    def call(self, *more: str, names: tuple[str, ...] = NAMES, folds: int = 2) -> int:
        recipes = [str(self.root / f"{name}.yaml") for name in names]
        out, work = str(self.out), str(self.root / "work")
        return main(["league", *recipes, "--out", out, "--work", work, "--folds", str(folds), *more])


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Copies the folders of a league of two recipes to a place of one's own."""
    root = tmp_path_factory.mktemp("measured")
    spoken = write_corpus(root / "spoken")
    for name in NAMES:
        recipe_file(root, spoken, name)
    with pytest.MonkeyPatch.context() as patched:
        begun = in_this_process(patched)
        assert Folders(root, begun).call() == 0
    return lambda place: Path(shutil.copytree(root, place))


@pytest.fixture
def league(measured, tmp_path, monkeypatch) -> Folders:
    return Folders(measured(tmp_path / "league"), in_this_process(monkeypatch))


def test_the_terminal_shows_the_figures_that_the_table_is_ordered_by(league, capsys):
    for path in (league.root / "work").rglob("fold-*.csv"):  # of whole clips those in noise: they differ
        text = path.read_text(encoding="utf-8").replace(",whole,", ",,").replace(",noise-10dB,", ",whole,")
        path.write_text(text.replace(",,", ",noise-10dB,"), encoding="utf-8")
    assert league.call() == 0
    told = [float(line.rpartition(" ")[2]) for line in capsys.readouterr().out.splitlines()]
    rows = league.table()["recipes"]
    assert told == [round(100 * row["views"]["trimmed"]["uar"], 1) for row in rows]
    assert told != [round(100 * row["views"]["whole"]["uar"], 1) for row in rows]


def test_parts_of_other_clips_are_not_mixed_into_a_table(league, capsys):
    """As where recordings were added and the league on them was stopped behind its first part."""
    part = league.root / "work" / "full" / NAMES[0] / "fold-1.json"
    told = json.loads(part.read_text(encoding="utf-8"))
    part.write_text(json.dumps(told | {"stamp": told["stamp"][:-1] + "?"}), encoding="utf-8")
    assert league.call("--budget-hours", "1e-9") == 0
    (row,) = league.table()["not_ranked"]
    assert row["recipe"] == NAMES[0]
    league.begun.clear()
    assert league.call() == 0
    assert league.begun == [(NAMES[0], "fold-1")]
    assert league.table()["not_ranked"] == []


def test_a_league_on_other_clips_that_was_stopped_keeps_the_answers_of_the_whole_one(league, capsys):
    """The archive beside the table may be all that is left of days of work on another computer."""
    kept = league.out / "answers" / f"{NAMES[0]}.zip"
    before = kept.read_bytes()
    work = league.root / "work" / "full" / NAMES[0]
    told = json.loads((work / "fold-1.json").read_text(encoding="utf-8"))
    for path in work.glob("*.json"):
        path.unlink()
    (work / "fold-1.json").write_text(
        json.dumps(told | {"stamp": told["stamp"][:-1] + "?"}), encoding="utf-8"
    )
    assert league.call("--budget-hours", "1e-9") == 0
    assert kept.read_bytes() == before
    assert f"{kept} holds 4 parts of other clips, and stays" in capsys.readouterr().err
    assert [path.name for path in work.glob("fold-*.json")] == ["fold-1.json"]  # none of the clips before


@pytest.mark.parametrize(
    ("options", "call", "told"),
    [
        (["--quick"], {}, "this one is quick"),
        ([], {"folds": 3}, "it has 2 folds, this one 3"),
        ([], {"names": NAMES[:1]}, "it ranks random-forest, which this call does not name"),
    ],
)
def test_another_league_does_not_take_the_place_of_a_full_table(league, capsys, options, call, told):
    before = league.page()
    assert league.call(*options, **call) == 2
    assert told in capsys.readouterr().err
    assert league.page() == before
    assert league.begun == []


def test_a_full_table_takes_the_place_of_a_quick_one(league):
    shutil.rmtree(league.out)
    assert league.call("--quick") == 0
    assert league.call() == 0
    assert not league.table()["quick"]


def test_where_nothing_was_measured_the_earlier_table_stays(league, capsys):
    before = league.page()
    shutil.rmtree(league.root / "work")
    shutil.rmtree(league.out / "answers")
    for name in NAMES:
        path = league.root / f"{name}.yaml"
        text = path.read_text(encoding="utf-8").replace("folder=", f"folder={league.root}/nowhere")
        path.write_text(text, encoding="utf-8")
    assert league.call() == 1
    assert "README.md stays as it was" in capsys.readouterr().err
    assert league.page() == before


def test_a_full_disk_is_told_with_the_folder_of_the_parts_or_of_the_table(league, monkeypatch, capsys):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")  # as a library that names no file

    monkeypatch.setattr(league_command, "_write", full)
    assert league.call() == 1
    assert f"There is no room to write in the folder '{league.out}'" in capsys.readouterr().err
    monkeypatch.undo()

    in_this_process(monkeypatch)
    monkeypatch.setattr(cells.CellRunner, "run", full)
    shutil.rmtree(league.root / "work")
    shutil.rmtree(league.out)
    assert league.call() == 1
    told = capsys.readouterr().err
    assert f"{NAMES[0]} failed: There is no room to write in the folder '{league.root / 'work'}'" in told
    assert f"{NAMES[1]} failed: There is no room" in told


def test_a_damaged_archive_is_told_before_the_others_are_measured(league, capsys):
    kept = league.out / "answers" / f"{NAMES[0]}.zip"
    kept.write_bytes(b"garbage")
    shutil.rmtree(league.root / "work")
    (league.out / "answers" / f"{NAMES[1]}.zip").unlink()
    assert league.call() == 1
    err = capsys.readouterr().err
    failure = f"The archive of answers {kept} cannot be read: the file is cut off or damaged."
    assert err.index(failure) < err.index("fold-1")
    assert f"{NAMES[0]} failed: {failure} Remove the file: they are measured anew." in err
    assert {recipe for recipe, _ in league.begun} == {NAMES[1]}
    assert [row["recipe"] for row in league.table()["recipes"]] == [NAMES[1]]
    assert kept.read_bytes() == b"garbage"


def test_an_archive_with_damaged_bytes_inside_is_told_the_same_way(league, capsys):
    kept = league.out / "answers" / f"{NAMES[0]}.zip"
    content = bytearray(kept.read_bytes())
    content[60:90] = bytes(30)
    kept.write_bytes(content)
    shutil.rmtree(league.root / "work")
    assert league.call() == 1
    assert f"The answers kept in {kept} cannot be read: " in capsys.readouterr().err
    assert [row["recipe"] for row in league.table()["recipes"]] == [NAMES[1]]


def test_a_damaged_archive_is_made_anew_where_all_parts_are_there(league):
    kept = league.out / "answers" / f"{NAMES[0]}.zip"
    before = kept.read_bytes()
    kept.write_bytes(b"garbage")
    assert league.call() == 0
    assert kept.read_bytes() == before


def test_damaged_answers_of_one_part_are_told_and_the_others_are_ranked(league, capsys):
    answers = league.root / "work" / "full" / NAMES[0] / "fold-1.csv"
    answers.write_text("nothing\n", encoding="utf-8")
    assert league.call() == 1
    assert f"{NAMES[0]} failed: The table of answers {answers} cannot be read" in capsys.readouterr().err
    assert [row["recipe"] for row in league.table()["recipes"]] == [NAMES[1]]


def test_a_corpus_that_no_recipe_can_leave_out_is_refused(league, capsys):
    before = league.page()
    assert league.call("--left-out", "emodbx") == 2
    assert "No recipe learns from the corpus 'emodbx'" in capsys.readouterr().err
    assert league.page() == before


def test_the_page_of_own_data_names_it_and_says_nothing_of_corpora_that_are_not_there(league):
    page = league.page()
    assert "Tested on spoken: " in page
    assert "left out" not in page


def test_the_page_shows_the_call_with_what_decides_its_figures_and_who_is_ranked(league):
    assert league.call("--most-hours", "3", "--noise", str(league.root / "work")) == 0
    assert f"--noise {league.root / 'work'} --most-hours 3`" in league.page()


def test_a_claim_stands_only_beside_figures_of_the_same_classes(league):
    data = league.table()
    row = data["recipes"][0]
    row["published"] = {"claim": 0.987, "protocol": "random clips", "classes": ["happy", "sad"]}
    row["speaker_dependent"]["classes"] = ["happy", "sad"]
    assert "98.7" in league_markdown(data, "", "")
    row["speaker_dependent"]["classes"] = ["happy", "sad", "angry"]
    assert "98.7" not in league_markdown(data, "", "")
