"""A run is described by one YAML file; what is wrong in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import TrainingError
from models.recipes.config import load_config

CONFIGS = sorted((Path(__file__).parents[3] / "models" / "configs").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_configuration_that_ships_is_valid(path):
    config = load_config(path)
    assert config.name
    assert max(config.pool_layers) <= config.layers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\ncorpora: [emodb]\nfit: {epochs: -1}", "fit.epochs"),
        ("name: x\ncorpora: [emodb]\naugment: {loudness: 1}", "augment.loudness"),
        ("name: x\ncorpora: []", "'corpora': it names one at least"),
        ("corpora: [emodb]", "name"),
        ("name: x\ncorpora: [emodb]\naugment: {noise: 2}", "augment.noise"),
        ("name: x\ncorpora: [emodb]\nlayers: 2\npool_layers: [2, 3]", "pool_layers"),
        ("name: x\ncorpora: [emodb]\nlayers: 2", "of 2 layers, 1 to 2 can be pooled"),
        ("name: x\ncorpora: [emodb]\nlayer: 2", "'layer': there is no such setting"),
        ("name: x\ncorpora: emodb", "'corpora': it is a list, such as [a, b], not 'emodb'"),
        ("corpora: [emodb]", "'name': it must be there"),
        ("name: a/b\ncorpora: [emodb]", "a plain word, not 'a/b'"),
        ("name: x\ncorpora: [emodb]\nseed: -1", "'seed'"),
        ("name: x\ncorpora: [emodb]\nfit: {rate: .inf}", "fit.rate"),
        ("name: x\ncorpora: [emodb]\nfit: {draws: 3}", "3 draws is less than one batch of 16"),
        ("name: x\ncorpora: [emodb]\npool_layers: [2, 2]", "each layer is pooled once"),
        ("name: x\ncorpora: [emodb]\nseed: one", "'seed': it must be a valid integer"),
        ("- a list", "it holds names with values"),
        ("name: [", "not YAML"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, text, said):
    path = tmp_path / "run.yaml"
    path.write_text(text)
    with pytest.raises(TrainingError) as caught:
        load_config(path)
    assert said in str(caught.value)
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
    path = tmp_path / "run.yaml"
    path.write_text(f"name: x\ncorpora: {corpora}")
    assert load_config(path).test_corpus == tested


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(TrainingError, match="cannot be read"):
        load_config(tmp_path / "none.yaml")
