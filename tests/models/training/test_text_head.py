"""A text model is learnt from texts that a person names, and judged on texts that it has not learnt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.core.errors import CallError
from desktop_app.words.text_model import TextModel
from models.architectures.sentence_encoder import find_encoder, load_encoder
from models.cli import main
from models.commands.train_text import _embedded
from models.corpora.texts import LabelledText, TextTable, read_texts
from models.errors import CorpusError, NotHereError, TrainingError
from models.recipes.text_recipe import TextRecipe, is_text_recipe, load_text_recipe, named_tables
from models.training.text_head import (
    counted_rows,
    fit_head,
    held_out,
    mapping_of,
    mapping_of_test,
    names_an_emotion,
    scarce,
    split_at_random,
    texts_of,
)
from tests.export.text_folders import make_text_folder
from tests.models.labelled_texts import rows, write_csv

RECIPE = TextRecipe.model_validate({"name": "mine", "folds": 3, "model": {"family": "text"}})
SHIPPED = Path(__file__).parents[3] / "models" / "recipes" / "text" / "minilm-head.yaml"


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


class TestTables:
    def test_columns_are_found_by_their_names(self, tmp_path: Path) -> None:
        table = read_texts(
            "meld",
            written(
                tmp_path / "meld.csv",
                'Sr No.,Utterance,Speaker,Emotion,Dialogue_ID\n1,"Oh, no!",Joey,surprise,7\n2,,Joey,joy,7\n',
            ),
        )
        assert table.rows == (LabelledText("Oh, no!", "surprise", "7"),)
        assert table.notes == ("1 texts without a text or a label were left out",)
        lines = '{"text": "Hi.", "label": "joy", "split": "test"}\n\n{"text": "Bye.", "label": "sadness"}\n'
        (first, _) = read_texts("l", written(tmp_path / "l.jsonl", lines)).rows
        assert first == LabelledText("Hi.", "joy", "", "test")
        (only,) = read_texts("t", written(tmp_path / "t.tsv", "sentence\tclass\nWell, well\tjoy\n")).rows
        assert only.text == "Well, well"

    def test_a_line_of_json_ends_where_the_line_ends(self, tmp_path: Path) -> None:
        lines = '{"text": "One\u2028two\x85three", "label": "joy"}\r\n{"text": "Bye", "label": "sadness"}\r\n'
        (first, second) = read_texts("l", written(tmp_path / "l.jsonl", lines)).rows
        assert (first.text, second.text) == ("One\u2028two\x85three", "Bye")

    def test_a_quote_between_tabs_may_be_a_sign_like_any_other(self, tmp_path: Path) -> None:
        rows = (('"Oh no', "sadness"), ("Hi", "joy"), ('He said bye"', "love"), ('"Yes', "joy"))
        text = "".join(f"{text}\t{label}\n" for text, label in (("text", "label"), *rows))
        for kept in (rows, rows[:-1]):  # with the last one a quote is never closed
            lines = "".join(text.splitlines(keepends=True)[: len(kept) + 1])
            table = read_texts("t", written(tmp_path / "t.tsv", lines))
            assert [(row.text, row.label) for row in table.rows] == list(kept)
        quoted = 'text\tlabel\n"One,\ntwo"\tjoy\n"A ""tab""\there"\tlove'
        table = read_texts("t", written(tmp_path / "q.tsv", quoted))
        assert [row.text for row in table.rows] == ["One,\ntwo", 'A "tab"\there']

    def test_a_quote_that_takes_in_more_than_a_cell_may_hold_is_one_that_is_never_closed(
        self, tmp_path: Path
    ) -> None:
        rows = [('"Oh no', "sadness"), *(("Hm " * 1000, "joy") for _ in range(50))]
        lines = "".join(f"{text}\t{label}\n" for text, label in (("text", "label"), *rows))
        assert len(read_texts("t", written(tmp_path / "t.tsv", lines)).rows) == len(rows)
        commas = written(tmp_path / "t.csv", lines.replace("\t", ","))
        with pytest.raises(CorpusError, match="a cell behind line 1 is longer than any text, or a quote"):
            read_texts("t", commas)

    def test_goemotions_is_known_in_both_of_its_forms(self, tmp_path: Path) -> None:
        table = read_texts("go", written(tmp_path / "go.tsv", 'Say "yes\t17\ta1\nHm\t27\ta2\nAh\t2,3\ta3\n'))
        assert [(row.text, row.label) for row in table.rows] == [('Say "yes', "joy"), ("Hm", "neutral")]
        assert table.goemotions
        names = sorted(set(mapping_of([table], RECIPE)) | {*_goemotions_names()})
        judged = [("Nice", "x", "anna", "joy"), ("Nice", "x", "anna", "joy"), ("Nice", "x", "anna", "love")]
        judged += [("Odd", "y", "ben", "joy"), ("Odd", "y", "ben", "anger")]
        lines = [",".join(["text", "id", "author", *names])]
        lines += [
            ",".join([text, key, author, *("1" if name == chosen else "0" for name in names)])
            for text, key, author, chosen in judged
        ]
        table = read_texts("go", written(tmp_path / "go.csv", "\n".join(lines)))
        assert table.rows == (LabelledText("Nice", "joy", "anna"),)
        assert table.notes == ("1 texts on which its judges do not agree were left out",)

    @pytest.mark.parametrize(
        ("name", "text", "sentence"),
        [
            ("a.csv", "path,label\nx,joy\n", "has no column of texts; its columns are path, label"),
            ("a.csv", "text,label\nHm,3\nAh,4\n", "are numbers, and nothing says what they mean"),
            ("a.jsonl", "[1]\n", "Line 1 of"),
            ("a.csv", "", "has no column of texts"),
            ("a.csv", "text,label\n", "holds no text with a label"),
            ("a.csv", "text,kind\n", "has no column of labels; its columns are text, kind"),
            ("a.csv", "text,label\n,joy\n", "holds no text with a label"),
            ("a.csv", 'text,label\nHm,joy\n"Oh,joy\nHi,love\n', "a quote behind line 2 is never closed"),
            ("a.csv", 'text,label\nHm,joy\n"Oh,joy', "a quote behind line 2 is never closed"),
        ],
    )
    def test_what_is_no_table_of_texts_is_told(
        self, name: str, text: str, sentence: str, tmp_path: Path
    ) -> None:
        with pytest.raises(CorpusError) as told:
            read_texts("a", written(tmp_path / name, text))
        assert sentence in told.value.message

    def test_the_same_words_count_once(self, tmp_path: Path) -> None:
        table = read_texts(
            "a", written(tmp_path / "a.csv", "text,label\nOh no!,joy\noh  no,joy\nOh no,fear\n")
        )
        assert len(table.rows) == 3, "as often as it is said, where it is judged"
        assert [row.label for row in table.once().rows] == ["joy", "fear"]
        assert table.once().notes == ("1 texts that stand there again with their label count once",)

    def test_test_labels_are_counted_as_the_learnt_ones(self) -> None:
        go = TextTable("go", (LabelledText("a", "annoyance"), LabelledText("b", "joy")), goemotions=True)
        counted = mapping_of([go], RECIPE)
        assert counted == {"annoyance": "angry", "joy": "happy"}
        meld = TextTable("meld", (LabelledText("a", "anger"), LabelledText("b", "joy")))
        assert mapping_of_test(meld, counted) == {"anger": "angry", "joy": "happy"}


def _goemotions_names() -> tuple[str, ...]:
    from desktop_app.core.emotion_names import GOEMOTIONS

    return tuple(GOEMOTIONS)


class TestFigures:
    def test_no_text_stands_on_both_sides(self) -> None:
        """Labels were drawn, so only whoever has learnt the very text can know its own."""
        rng = np.random.default_rng(1)
        label = {number: str(rng.choice(["joy", "anger"])) for number in range(60)}
        table = TextTable(
            "made",
            tuple(
                LabelledText(f"text {number}", label[number], f"group {number % 6 + repeat}")
                for number in range(60)
                for repeat in range(4)
            ),
        )
        said, groups = counted_rows([table], {"joy": "happy", "anger": "angry"})
        embeddings = np.stack(
            [np.random.default_rng(int(row.text.split()[1])).normal(size=80) for row in said]
        ).astype(np.float32)
        texts = texts_of(said, groups, embeddings, ("angry", "happy"))
        apart = held_out(texts, RECIPE).report()
        at_random = split_at_random(texts, RECIPE)
        assert at_random.uar > 0.9, "drawn at random the same texts were learnt"
        assert apart.uar < 0.7
        assert apart.uar_interval is not None
        assert "no text on both sides" in apart.protocol

    def test_what_a_table_calls_its_test_is_judged_and_nothing_else(self) -> None:
        said = [
            LabelledText(f"{label} {n}", label, "", "test" if n % 4 == 0 else "train")
            for label in ("a", "b")
            for n in range(24)
        ]
        embeddings = np.array([[row.label == "a", 0.1 * n] for n, row in enumerate(said)], np.float32)
        texts = texts_of(said, [f"={row.plain}" for row in said], embeddings, ("a", "b"))
        apart = held_out(texts, RECIPE)
        assert {row.split for row in apart.texts.rows} == {"test"}
        assert apart.right().all()
        assert "the test part" in apart.protocol

    def test_two_sentences_are_no_texts_to_learn_from(self) -> None:
        said = [
            LabelledText(text, label, f"actor {actor}")
            for actor in range(6)
            for text in ("Kids are talking by the door", "Dogs are sitting by the door")
            for label in ("happy", "sad")
        ]
        texts = texts_of(said, [row.group for row in said], np.eye(24, dtype=np.float32), ("happy", "sad"))
        with pytest.raises(TrainingError) as told:
            held_out(texts, RECIPE)
        assert told.value.code == "training.few_texts"
        assert told.value.message.startswith("There are 2 different texts, too few")

    @pytest.mark.parametrize("said", [("joy", "anger"), ("joy", "anger", "joy", "anger")])
    def test_fewer_texts_than_folds_are_too_few(self, said: tuple[str, ...]) -> None:
        rows = [LabelledText(f"text {number}", label) for number, label in enumerate(said)]
        groups = [f"={row.plain}" for row in rows]
        texts = texts_of(rows, groups, np.eye(len(said), dtype=np.float32), ("anger", "joy"))
        with pytest.raises(TrainingError) as told:
            held_out(texts, RECIPE)
        assert told.value.code == "training.few_texts"
        assert f"There are {len(said)} different texts, too few" in told.value.message

    def test_texts_of_one_speaker_are_told_as_that_and_not_as_too_few(self) -> None:
        rows = [LabelledText(f"text {number}", ("joy", "anger")[number % 2], "anna") for number in range(40)]
        texts = texts_of(rows, ["own/anna"] * 40, np.eye(40, dtype=np.float32), ("anger", "joy"))
        with pytest.raises(TrainingError) as told:
            held_out(texts, RECIPE)
        assert "All texts are of one speaker, dialogue or author ('anna')" in told.value.message
        assert "too few" not in told.value.message

    def test_an_emotion_of_fewer_texts_than_folds_is_warned_of(self) -> None:
        rows = [LabelledText(f"text {n}", label) for n, label in enumerate(["joy", "anger"] * 10 + ["fear"])]
        groups = [f"={row.plain}" for row in rows]
        texts = texts_of(rows, groups, np.eye(21, dtype=np.float32), ("anger", "fear", "joy"))
        (warning,) = scarce(texts, RECIPE.folds)
        assert warning.startswith("fear has 1 text, fewer than the 3 folds")
        assert held_out(texts, RECIPE).report().clips == 21

    def test_probabilities_are_as_sure_as_answers_are_right(self) -> None:
        rng = np.random.default_rng(2)
        truth = rng.integers(2, size=400)
        embeddings = rng.normal(size=(400, 3)).astype(np.float32)
        embeddings[:, 0] += 0.8 * truth
        said = [LabelledText(f"t{n}", "ab"[label]) for n, label in enumerate(truth)]
        texts = texts_of(said, [f"={row.plain}" for row in said], embeddings, ("a", "b"))
        report = held_out(texts, RECIPE).report()
        assert report.ece < 0.12
        head = fit_head(texts, RECIPE)
        assert head.probabilities(embeddings).sum(axis=1) == pytest.approx(1)

    def test_texts_that_name_an_emotion_are_found(self) -> None:
        said = ["I am so happy", "What a sadist", "ANGER!", "It is half past"]
        assert names_an_emotion(said, ("happy", "sad")).tolist() == [True, False, True, False]


class TestRecipe:
    def test_the_shipped_one_is_known(self) -> None:
        assert is_text_recipe(SHIPPED)
        assert not is_text_recipe(SHIPPED.parents[1] / "random-forest.yaml")
        assert load_text_recipe(SHIPPED, texts=["a.csv"]).data.texts == ("a.csv",)
        assert named_tables(["go=~/x.tsv", "b.csv"])["b"] == Path("b.csv")

    def test_what_is_wrong_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CallError, match="none are named"):
            load_text_recipe(SHIPPED)
        path = written(tmp_path / "r.yaml", "name: x\nmodel: {family: text, layers: 3}\n")
        with pytest.raises(TrainingError, match=r"wrong at 'model\.layers': there is no such setting"):
            load_text_recipe(path, texts=["a.csv"])
        with pytest.raises(CallError, match="Two tables"):
            named_tables(["a=x.csv", "a=y.csv"])

    def test_an_encoder_that_is_not_here_is_told(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("models.architectures.sentence_encoder.PACKAGES", (("no_such_package", "x"),))
        with pytest.raises(NotHereError, match="no encoder of sentences"):
            find_encoder(None)
        with pytest.raises(NotHereError, match="does not exist"):
            find_encoder(str(tmp_path / "none"))

    def test_options_of_recordings_do_not_fit(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        call = ["train", str(SHIPPED), "--texts", "a.csv", "--out", str(tmp_path), "--data", "emodb=x"]
        assert main(call) == 2
        assert "--data is of recordings" in capsys.readouterr().err
        other = str(SHIPPED.parents[1] / "random-forest.yaml")
        assert main(["train", other, "--texts", "a.csv", "--out", str(tmp_path)]) == 2


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network with random weights: it knows words by their numbers alone."""
    return make_text_folder(
        tmp_path_factory.mktemp("encoder"),
        "bert",
        corpus=[text for text, *_ in rows()],
        max_position_embeddings=130,
    )


@pytest.mark.slow
def test_a_table_becomes_a_file_with_its_report(
    encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = written(
        tmp_path / "r.yaml",
        f"name: mine\nfolds: 3\nmodel: {{family: text, folder: '{encoder}'}}\nfit: {{c: [1.0]}}\n",
    )
    table = write_csv(tmp_path / "texts.csv")
    other = written(tmp_path / "talk.csv", "Utterance,Emotion,Speaker\n" + "I am glad that he came,joy,x\n"
                    "It is at ten,neutral,y\nI am sick of it,anger,x\nNobody came,disgust,y\n")  # fmt: skip
    out = tmp_path / "run"
    call = [
        "train",
        str(recipe),
        "--texts",
        f"mine={table}",
        "--test-texts",
        f"talk={other}",
        "--out",
        str(out),
    ]
    assert main(call) == 0
    told = capsys.readouterr()
    assert "anger as angry; joy as happy; neutral; sadness as sad" in told.err
    for part in ("held out", "drawn at random", "talk", "acted sentences (RAVDESS)    UAR 25.0"):
        assert part.split("   ")[0] in told.out

    figures = json.loads((out / "figures.json").read_text("utf-8"))
    assert figures["held_out"]["uar"] > 0.5, "chance is 0.25"
    assert figures["acted"]["uar"] == 0.25
    assert figures["test"]["talk"]["left_out"] == 1
    report = (out / "report.md").read_text("utf-8")
    assert "in whatever emotion" in report
    assert "| drawn at random |" in report

    model = TextModel.open(out / "mine.onnx")
    assert model.labels == ("angry", "happy", "neutral", "sad")
    assert model.manifest.metrics.uar == pytest.approx(figures["held_out"]["uar"], abs=1e-5)
    assert model.manifest.trained_on.corpora == ("mine",)
    loaded = load_encoder(encoder)
    assert loaded.embed(["I am glad"]).shape == (1, 32)
    said = [text for text, *_ in rows()]
    right = [model.labels[row.argmax()] for row in model.probabilities(said)]
    wanted = [
        {"joy": "happy", "anger": "angry", "sadness": "sad"}.get(label, label) for _, label, _ in rows()
    ]
    assert np.mean([a == b for a, b in zip(right, wanted, strict=True)]) > 0.7

    run = json.loads((out / "run.json").read_text("utf-8"))
    assert (run["state"], run["family"], run["corpora"]) == ("finished", "text", [f"mine={table}"])
    assert run["file"] == str(out / "mine.onnx")
    kept = {name: (out / name).read_bytes() for name in ("figures.json", "recipe.yaml")}
    assert load_text_recipe(out / "recipe.yaml") == load_text_recipe(
        recipe, texts=[f"mine={table}"], test=[f"talk={other}"]
    )
    assert main(call) == 0, "embeddings are kept"
    assert main([word.replace("mine=", "yours=") for word in call]) == 2
    assert "of another name or from other data" in capsys.readouterr().err
    written(recipe, recipe.read_text("utf-8").replace("[1.0]", "[2.0]"))
    assert main(call) == 2
    assert "the run 'mine', of a recipe with another `fit`" in capsys.readouterr().err
    assert kept == {name: (out / name).read_bytes() for name in kept}


def test_embeddings_are_not_kept_of_an_encoder_that_was_trained_anew(tmp_path: Path) -> None:
    class Encoder:
        folder = tmp_path / "encoder"
        width, asked = 2, 0

        def embed(self, texts: list[str], _: object) -> np.ndarray:
            self.asked += 1
            return np.full((len(texts), 2), self.asked, np.float32)

    encoder: Any = Encoder()
    encoder.folder.mkdir()
    written(encoder.folder / "model.safetensors", "old")
    found = [_embedded(["Hi.", "Bye."], encoder, tmp_path)[0, 0] for _ in range(2)]
    written(encoder.folder / "model.safetensors", "newer")
    assert [*found, _embedded(["Hi.", "Bye."], encoder, tmp_path)[0, 0]] == [1, 1, 2]


@pytest.mark.slow
def test_the_installed_encoder_tells_kind_words_from_angry_ones(tmp_path: Path) -> None:
    try:
        folder = find_encoder(None)
    except NotHereError as error:
        pytest.skip(f"needs a sentence encoder: {error.hint}")
    encoder = load_encoder(folder)
    said, groups = counted_rows(
        [read_texts("t", write_csv(tmp_path / "t.csv"))], {"joy": "happy", "anger": "angry"}
    )
    texts = texts_of(said, groups, encoder.embed([row.text for row in said]), ("angry", "happy"))
    head = fit_head(texts, RECIPE)
    found = head.probabilities(
        encoder.embed(["You are the best friend I ever had.", "I could strangle him!"])
    )
    assert found.argmax(axis=1).tolist() == [1, 0]
