"""A model file with anything wrong in it is loaded, or refused in a sentence: see `model_mutations`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from model_mutations import judge, mutants, originals

COUNT = int(os.environ.get("EMOSCOPE_MODEL_MUTATIONS", "50"))


@pytest.mark.slow
@pytest.mark.timeout(60 * 10)
def test_mutated_models_are_loaded_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for index, mutant in enumerate(mutants(originals(), COUNT)):
        outcome = judge(mutant, tmp_path)
        assert outcome.is_right, (index, mutant.kind, outcome)


def test_the_same_seed_gives_the_same_files() -> None:
    models = originals()
    assert [m.content for m in mutants(models, 20)] == [m.content for m in mutants(models, 20)]
    assert [m.content for m in mutants(models, 20)] != [m.content for m in mutants(models, 20, seed=1)]
