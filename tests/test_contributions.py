"""The examples of docs/contribute-*.md work as they stand there, in the places that they name."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

DOCS = Path(__file__).parents[1] / "docs"

pytestmark = pytest.mark.slow


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.fixture
def example(tmp_path: Path) -> Iterator[Callable[[str, str], ModuleType]]:
    """Imports the first block of a page as the module that it would be."""
    made: list[str] = []

    def load(page: str, name: str) -> ModuleType:
        path = tmp_path / f"{name.rpartition('.')[2]}.py"
        path.write_text(blocks(page, "python")[0], encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        made.append(name)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in made:
        del sys.modules[name]


def test_the_family_learns_and_its_recipe_is_one(example, tmp_path, monkeypatch):
    import numpy as np
    from family_bench import bench_of, recipe_of
    from spoken_corpus import write_corpus

    from models.architectures import registry
    from models.recipes.recipe import Recipe
    from models.training.fit_calibrated import trainer_of

    monkeypatch.setattr(registry, "_FAMILIES", {})  # the others take long to import
    example("contribute-family", "models.architectures.extra_trees")
    monkeypatch.setattr(registry, "families", lambda: registry._FAMILIES)
    recipe = Recipe.model_validate(yaml.safe_load(blocks("contribute-family", "yaml")[0]))
    assert recipe.model.parameters.trees == 500

    bench = bench_of(write_corpus(tmp_path / "spoken"))
    fitted = trainer_of(recipe_of("extra-trees"), bench.workshop).fit(
        bench.fitting, np.zeros_like(bench.fitting), tmp_path / "fit", tmp_path
    )
    right = fitted.scores(bench.fitting, "whole").logits.argmax(1) == bench.table.targets[bench.fitting]
    assert right.mean() >= 0.9


def test_the_corpus_is_read(example, tmp_path, monkeypatch):
    from corpus_trees import sound

    from models.corpora import registry

    reader = example("contribute-corpus", "models.corpora.tiny").READER
    monkeypatch.setitem(registry.READERS, "tiny", reader)
    for name in ("S07_anger_1", "S07_joy_1", "S08_neutral_2", "notes"):
        sound(tmp_path / f"{name}.wav")
    clips, _ = registry.load_corpus("tiny", tmp_path)
    assert {(clip.speaker, clip.emotion) for clip in clips} == {
        ("tiny-S07", "angry"),
        ("tiny-S07", "happy"),
        ("tiny-S08", "neutral"),
    }


def test_the_view_shows_what_is_heard(example, qapp, tmp_path, monkeypatch):
    sys.path.insert(0, str(Path(__file__).parent / "gui"))
    monkeypatch.setattr(sys, "path", sys.path[1:] + sys.path[:1])
    from gui_events import tick

    from desktop_app.gui import window as windows
    from desktop_app.gui.look.theme import ThemeManager
    from desktop_app.gui.state.settings import Settings
    from desktop_app.gui.views import VIEWS, View

    example("contribute-view", "desktop_app.gui.pages.loudness")
    row: dict[str, object] = {"MainWindow": object, "Page": object}
    exec(blocks("contribute-view", "python")[1], row)  # noqa: S102 - the page of this project
    mine = View("loudness", "Loudness", "listening", "How loud the loudest moment was", row["_loudness"])
    monkeypatch.setattr(windows, "VIEWS", (*VIEWS, mine))
    theme = ThemeManager(qapp, "light")
    window = windows.MainWindow(theme, Settings(), tmp_path / "window.json")
    try:
        window.pages.show_page("loudness")
        window.model.apply(tick(1.0, columns=10, peak=0.5))
        window.controller.changed.emit()
        assert "dBFS" in window.pages.page("loudness").said.text()
    finally:
        window.close()
        window.deleteLater()
        theme.deleteLater()
