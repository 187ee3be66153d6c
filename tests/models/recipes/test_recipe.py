"""A model is described by one YAML file; what is wrong in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.architectures.registry import families
from models.errors import TrainingError
from models.recipes.recipe import Recipe, TorchFit, load_recipe
from models.training.whisper.run_config import load_whisper_run

RECIPES = sorted((Path(__file__).parents[3] / "models" / "recipes").glob("*.yaml"))
WHISPER = "name: x\ndata: {corpora: [emodb]}\nmodel: {family: whisper%s}\n"
FOREST = "name: x\ndata: {corpora: [emodb]}\nmodel: {family: random-forest%s}\n"
NETWORK = "name: x\ndata: {corpora: [emodb]}\nmodel: {family: crnn-base%s}\n"


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_that_ships_is_valid(path):
    recipe = load_recipe(path)
    assert recipe.name
    assert recipe.model.of.name in families()


def test_a_family_gives_what_a_recipe_leaves_out(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(NETWORK % ", dropout: 0.1")
    recipe = load_recipe(path)
    family = families()["crnn-base"]
    assert (recipe.front_end, recipe.seconds) == (family.features, family.seconds)
    assert recipe.model.parameters == family.Parameters(dropout=0.1)
    assert recipe.fit == TorchFit()
    again = Recipe.model_validate(recipe.model_dump())
    assert again == recipe


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WHISPER % "" + "fit: {epochs: -1}", "epochs"),
        (WHISPER % "" + "augment: {loudness: 1}", "augment.loudness"),
        ("name: x\ndata: {corpora: []}\nmodel: {family: whisper}", "'data.corpora': it names one at least"),
        ("data: {corpora: [emodb]}\nmodel: {family: whisper}", "'name': it must be there"),
        (WHISPER % "" + "augment: {noise: 2}", "augment.noise"),
        (WHISPER % ", layers: 2, pool_layers: [2, 3]", "pool_layers"),
        (WHISPER % ", layers: 2", "of 2 layers, 1 to 2 can be pooled"),
        (WHISPER % ", layer: 2", "'model.layer': there is no such setting"),
        (WHISPER % "" + "layer: 2", "'layer': there is no such setting"),
        ("name: x\ndata: {corpora: emodb}\nmodel: {family: whisper}", "it is a list, such as [a, b]"),
        ((WHISPER % "").replace("name: x", "name: a/b"), "a plain word, not 'a/b'"),
        (WHISPER % "" + "seed: -1", "'seed'"),
        (WHISPER % "" + "seed: one", "'seed': it must be a valid integer"),
        (WHISPER % "" + "fit: {rate: .inf}", "rate"),
        (WHISPER % "" + "fit: {draws: 3}", "3 draws is less than one batch of 16"),
        (WHISPER % ", pool_layers: [2, 2]", "each layer is pooled once"),
        ("name: x\ndata: {corpora: [emodb]}\nmodel: {family: none}", "no family of models called 'none'"),
        ("name: x\ndata: {corpora: [emodb]}\nmodel: {trees: 5}", "family"),
        (FOREST % ", trees: none", "trees"),
        (FOREST % "" + "fit: {epochs: 5}", "'fit.epochs': there is no such setting"),
        (FOREST % "" + "features: rms", "pool them: |pool:mean,std"),
        (FOREST % "" + "features: loudness|pool:mean", "there is no feature 'loudness'"),
        (NETWORK % "" + "features: mfcc|pool:mean", "takes frames, and `features` give vector"),
        (NETWORK % "" + "augment: {mirror: 0.5}", "mirror changes images"),
        (
            FOREST % "" + "augment: {mask: 0.5}",
            "mask is for frames and image, and random-forest takes vector",
        ),
        (FOREST % "" + "augment: {vocal_tract: 0.5}", "vocal_tract is for frames"),
        (FOREST % "" + "augment: {noise: 0.5}", "set `copies` under `fit`"),
        (FOREST % "" + "fit: {copies: 1}\naugment: {mixup: 0.5}", "random-forest has no batches"),
        (NETWORK % "" + "fit: {rate: -1}", "'fit.rate': it must be greater than 0"),
        (NETWORK % "" + "fit: {rate: 1.0e+300}", "'fit.rate': it must be less than or equal to 10"),
        (NETWORK % "" + "fit: {schedule: {kind: slow}}", "'fit.schedule.kind'"),
        (NETWORK % "" + "fit: 5", "'fit': it holds names with values"),
        (NETWORK % ", hidden: 100000000", "'model.hidden': it is at most 1,000,000"),
        ((NETWORK % "").replace("emodb]", "emodb], seconds: 1.0e+12"), "'data.seconds'"),
        ((NETWORK % "").replace("emodb]", "emodb], seconds: 0.001"), "'data.seconds'"),
        (NETWORK % "" + "seed: 1\nseed: 2", "'seed' is given twice (line 5)"),
        (WHISPER % "" + "features: mfcc", "takes the waveform itself"),
        ("name: x\ndata: {corpora: [a], views: [loud]}\nmodel: {family: whisper}", "no view 'loud'"),
        ("name: x\ndata: {corpora: [a], classes: [sad]}\nmodel: {family: whisper}", "two classes at least"),
        ("- a list", "it holds names with values"),
        ("name: [", "not YAML"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, text, said):
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(TrainingError) as caught:
        load_recipe(path)
    assert said.lower() in str(caught.value).lower()
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("corpora", "tested"),
    [
        ("[emodb, ravdess_speech]", "ravdess_speech"),
        ("[emovo, emodb]", "emovo"),
        ("[folder=/data/mine]", "folder"),
    ],
)
def test_ravdess_is_tested_where_it_is_there_and_else_the_first_corpus(tmp_path, corpora, tested):
    path = tmp_path / "recipe.yaml"
    path.write_text(f"name: x\ndata: {{corpora: {corpora}}}\nmodel: {{family: whisper}}")
    assert load_whisper_run(path).test_corpus == tested


def test_what_only_the_whisper_network_can_do_is_refused_for_others(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(FOREST % "")
    with pytest.raises(TrainingError, match="of the family random-forest; this is done for 'whisper' only"):
        load_whisper_run(path)
    path.write_text((WHISPER % "").replace("[emodb]", "[emodb], cap: 20"))
    with pytest.raises(TrainingError, match="it has no `cap`"):
        load_whisper_run(path)


def test_copies_of_clips_for_a_classical_model_may_be_changed(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(FOREST % "" + "fit: {copies: 2}\naugment: {noise: 0.5}")
    assert load_recipe(path).augment.noise == 0.5


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(TrainingError, match="cannot be read"):
        load_recipe(tmp_path / "none.yaml")
