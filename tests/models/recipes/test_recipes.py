"""Every family stands ready as a recipe that can be read, with settings that its type knows."""

from __future__ import annotations

from pathlib import Path

from models.architectures.registry import families
from models.recipes.recipe import load_recipe

RECIPES = sorted((Path(__file__).parents[3] / "models" / "recipes").glob("*.yaml"))


def test_every_family_has_a_recipe_that_says_what_it_is():
    recipes = [load_recipe(path) for path in RECIPES]
    assert {recipe.model.family for recipe in recipes} == set(families())
    assert len({recipe.name for recipe in recipes}) == len(recipes)
    for path in RECIPES:
        assert path.read_text(encoding="utf-8").startswith("# ")
