"""A second network that learns from those who calibrated the first, too, has nobody to be judged by."""

from __future__ import annotations

import numpy as np
import pytest
from family_bench import bench_of, recipe_of
from spoken_corpus import write_corpus

from models.recipes.recipe import CalibrationPart, ScheduleConfig
from models.training.fit_calibrated import train


@pytest.mark.parametrize("kind", ["plateau", "cosine"])
def test_it_learns_by_every_schedule(tmp_path, kind):
    bench = bench_of(write_corpus(tmp_path / "spoken", speakers=3))
    recipe = recipe_of("mlp")
    fit = recipe.fit.model_copy(
        update={"epochs": 2, "schedule": ScheduleConfig.model_validate({"kind": kind})}
    )
    recipe = recipe.model_copy(update={"fit": fit, "calibration": CalibrationPart(refit=True)})
    everyone = np.ones(len(bench.table.clips), dtype=bool)
    model = train(recipe, bench.workshop, everyone, tmp_path / "run")
    assert model.probabilities(model.fitted.scores(everyone, "whole")).shape == (24, 4)
