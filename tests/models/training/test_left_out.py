"""A corpus is left out only where those that are left have emotions in common with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import soundfile
from family_bench import recipe_of
from spoken_corpus import EMOTIONS, write_corpus

from models.data.clip_table import ClipTable, load_table
from models.errors import LeakError
from models.evaluation.noise_bank import NoiseBank
from models.evaluation.protocols import splits
from models.training import held_out
from models.training.held_out import measure, shared_classes
from models.training.trained import Workshop


def two_corpora(root: Path, **emotions: tuple[str, ...]) -> list[str]:
    """Three speakers in each corpus, who say nothing but these emotions; no sound stands in both."""
    for number, (name, chosen) in enumerate(emotions.items(), 1):
        write_corpus(root / name, speakers=3)
        for emotion in set(EMOTIONS) - set(chosen):
            shutil.rmtree(root / name / emotion)
        (root / name / "emoscope.yaml").write_text(
            f"name: {name}\nspeaker_pattern: '(?P<speaker>s\\d)_'\n", encoding="utf-8"
        )
        for path in (root / name).rglob("*.wav"):
            wave, rate = soundfile.read(path)
            soundfile.write(path, wave / number, rate)
    return [f"folder={root / name}" for name in emotions]


def without(table: ClipTable, corpus: str) -> list[str]:
    (split,) = splits("leave-one-corpus-out", table.clips, table.hashes, corpus=corpus)
    return [table.labels[k] for k in shared_classes(table, split)]


def test_classes_that_are_learnt_and_tested_are_two_at_least(tmp_path):
    table = load_table(two_corpora(tmp_path, a=EMOTIONS, b=("happy", "sad")), None)
    assert without(table, "a") == without(table, "b") == ["happy", "sad"]
    table = load_table(two_corpora(tmp_path / "one", a=("happy", "sad"), b=("happy", "angry")), None)
    with pytest.raises(LeakError, match="without a: fewer than two emotions are both learnt and tested"):
        without(table, "a")


@pytest.mark.parametrize("other", [("angry", "neutral"), ("neutral",)])
def test_corpora_without_emotions_in_common_are_measured_by_folds_alone(tmp_path, monkeypatch, other):
    monkeypatch.setattr(held_out, "CONDITIONS", ("whole",))
    sources = two_corpora(tmp_path, a=("happy", "sad"), b=other)
    recipe = recipe_of("logistic-regression", corpora=sources, test="a").model_copy(update={"folds": 3})
    told: list[str] = []
    workshop = Workshop(load_table(sources, None), NoiseBank(), say=told.append, threads=1)
    figures = measure(recipe, workshop, tmp_path / "run")
    assert figures["corpus_left_out"] == {}
    assert figures["views"]["whole"]["clips"] == 12
    assert sum("is not left out: without" in said for said in told) == 2
