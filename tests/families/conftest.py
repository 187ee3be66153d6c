"""What the battery over the families shares: the clips, and one fit of each family."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from family_bench import Bench, bench_of, recipe_of
from spoken_corpus import write_corpus
from whisper_bench import WhisperTrainer, write_encoder

from models.recipes.recipe import Recipe
from models.training.trained import Fitted, Trainer, Workshop


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("spoken") / "spoken")


@pytest.fixture(scope="session")
def bench(spoken: Path) -> Bench:
    return bench_of(spoken)


@pytest.fixture(scope="session")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Recipe, Workshop], Trainer]:
    """What fits a recipe: of the Whisper network its own strategy, with weights that have learnt nothing."""
    from models.training.fit_calibrated import trainer_of

    weights = write_encoder(tmp_path_factory.mktemp("weights"))

    def make(recipe: Recipe, workshop: Workshop) -> Trainer:
        if recipe.model.of.fitted_by != "whisper":
            return trainer_of(recipe, workshop)
        return WhisperTrainer(recipe, workshop, weights)

    return make


@pytest.fixture(scope="session")
def fitted(
    bench: Bench,
    trainer: Callable[[Recipe, Workshop], Trainer],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Fitted]:
    """A family fitted once, for every test of it."""
    known: dict[str, Fitted] = {}

    def fit(name: str) -> Fitted:
        if name not in known:
            folder = tmp_path_factory.mktemp(name)
            by = trainer(recipe_of(name), bench.workshop)
            known[name] = by.fit(bench.fitting, np.zeros_like(bench.fitting), folder / "fit", folder)
        return known[name]

    return fit
