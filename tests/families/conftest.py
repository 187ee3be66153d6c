"""What the battery over the families shares: the clips, and one fit of each family."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from family_bench import Bench, bench_of, recipe_of
from spoken_corpus import write_corpus

from models.training.trained import Fitted


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("spoken") / "spoken")


@pytest.fixture(scope="session")
def bench(spoken: Path) -> Bench:
    return bench_of(spoken)


@pytest.fixture(scope="session")
def fitted(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Fitted]:
    """A family fitted once, for every test of it."""
    from models.training.held_out_recipe import trainer_of

    known: dict[str, Fitted] = {}

    def fit(name: str) -> Fitted:
        if name not in known:
            folder = tmp_path_factory.mktemp(name)
            trainer = trainer_of(recipe_of(name), bench.workshop)
            known[name] = trainer.fit(bench.fitting, np.zeros_like(bench.fitting), folder / "fit", folder)
        return known[name]

    return fit
