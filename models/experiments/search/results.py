"""What a search found: leaderboard, recipes, and Optuna's plots."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from models.experiments.search.candidates import SearchSpace
from models.features.chain import parse_chain
from models.recipes.recipe import Recipe

if TYPE_CHECKING:
    import optuna

SCHEMA_VERSION = 1
OUT_OF_TIME, NO_FEATURES = "the time was over", "it has no features"
NEVER_FITTED = ("", OUT_OF_TIME, NO_FEATURES)
"""Reasons that say nothing against a candidate; none is told where all was ended at once."""
OPTIMISTIC = (
    "mean over inner folds with disjoint speakers. The search chose by this figure, so it is optimistic: "
    "the figure of the speakers that no candidate met is the one to quote"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate that went through all folds.

    `uar` is the mean and `spread` the standard deviation over the inner folds; `dim` the number of features;
    `seconds` what its fits took together.
    """

    candidate: int
    family: str
    uar: float
    spread: float
    seconds: float
    dim: int
    features: str
    parameters: dict[str, Any]


def leaderboard(study: optuna.Study, space: SearchSpace) -> list[Entry]:
    """The candidates that were finished, the best first; of equal ones that with fewer features."""
    from optuna.trial import TrialState

    out = []
    for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
        recipe = space.recipe(trial.params)
        chain = parse_chain(recipe.front_end or "")
        out.append(
            Entry(
                trial.number,
                recipe.model.family,
                float(trial.value or 0.0),
                float(np.std(trial.user_attrs["uars"])),
                float(trial.user_attrs["seconds"]),
                chain.output_dim,
                chain.spec,
                recipe.model.parameters.model_dump(mode="json"),
            )
        )
    return sorted(out, key=lambda entry: (-entry.uar, entry.dim, entry.seconds))


def counts(study: optuna.Study) -> dict[str, int]:
    """How many candidates ended how, without those that the end of the time cut short: they come again."""
    names = {"COMPLETE": "finished", "PRUNED": "ended early", "FAIL": "failed"}
    out = dict.fromkeys(names.values(), 0)
    for trial in study.get_trials(deepcopy=False):
        reason = trial.user_attrs.get("reason", "")
        if trial.state.name in names and not (trial.state.name == "FAIL" and reason in NEVER_FITTED):
            out[names[trial.state.name]] += 1
    return out


def as_json(entries: list[Entry], ended: dict[str, int], space: SearchSpace) -> dict[str, Any]:
    """The leaderboard as JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "figure": OPTIMISTIC,
        "families": list(space.families),
        "groups": list(space.groups),
        "candidates": ended,
        "leaderboard": [asdict(entry) for entry in entries],
    }


def as_table(entries: list[Entry], most: int = 10) -> str:
    """The best, and the best of each family, as lines."""
    chosen = entries[:most]
    for entry in entries[most:]:
        if entry.family not in {one.family for one in chosen}:
            chosen.append(entry)
    lines = [f"{'':>4} {'family':<20}{'inner UAR %':>12}{'+-':>6}{'features':>9}{'s':>8}  front end"]
    lines += [
        f"{entries.index(entry) + 1:>4} {entry.family:<20}{100 * entry.uar:>12.1f}{100 * entry.spread:>6.1f}"
        f"{entry.dim:>9}{entry.seconds:>8.1f}  {entry.features}"
        for entry in chosen
    ]
    return "\n".join(lines)


def recipe_yaml(recipe: Recipe, comment: str) -> str:
    """A recipe as `load_recipe` reads it, with a comment above."""
    told = recipe.model_dump(mode="json", exclude_unset=True)
    model = told["model"]
    told["model"] = {"family": model["family"], **recipe.model.parameters.model_dump(mode="json")}
    told["fit"] = recipe.fit.model_dump(mode="json", exclude_unset=True)
    lines = [f"# {line}" for part in comment.splitlines() for line in textwrap.wrap(part, 100)]
    return "\n".join([*lines, yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100)])


def draw_plots(study: optuna.Study, folder: Path, say: Callable[[str], None]) -> list[Path]:
    """Optuna's pictures of the search as PNG; one that cannot be drawn of so few candidates is told."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot
    from optuna.trial import TrialState
    from optuna.visualization import matplotlib as drawn

    finished = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    families = sorted({str(trial.params["family"]) for trial in finished})
    common = ["family", "pool", *(n for n in _common(study) if n.startswith("features."))]
    pictures: dict[str, Callable[[], Any]] = {
        "history": lambda: drawn.plot_optimization_history(study),
        "folds": lambda: drawn.plot_intermediate_values(study),
        "importance": lambda: drawn.plot_param_importances(study, params=_varied(study, common)),
        "choices": lambda: drawn.plot_slice(study, params=_varied(study, common)),
    }
    for family in families:
        own = [name for name in _all_names(study) if name.startswith(f"{family}.")]
        pictures[f"choices-{family}"] = partial(drawn.plot_slice, study, params=own)
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in pictures.items():
        try:
            with warnings.catch_warnings(), pyplot.style.context("default"):
                warnings.simplefilter("ignore")
                axes = np.ravel(np.asarray(draw(), dtype=object))[0]
                figure = axes.figure
                if name.startswith("choices"):
                    figure.set_size_inches(max(8.0, 2.4 * len(figure.axes)), 5.0)
                    for part in figure.axes:
                        part.tick_params(axis="x", labelrotation=80, labelsize=8)
                figure.savefig(folder / f"{name}.png", dpi=100, bbox_inches="tight")
            written.append(folder / f"{name}.png")
        except (ValueError, RuntimeError, IndexError) as error:
            say(f"the plot '{name}' was left out: {(str(error).splitlines() or [''])[0]}")
        finally:
            pyplot.close("all")
    return written


def _all_names(study: optuna.Study) -> list[str]:
    return list(dict.fromkeys(name for trial in study.trials for name in trial.params))


def _common(study: optuna.Study) -> list[str]:
    return [name for name in _all_names(study) if all(name in t.params for t in study.trials if t.params)]


def _varied(study: optuna.Study, names: list[str]) -> list[str]:
    """Those that took more than one value, of which alone an importance can be told."""
    values = {name: {str(t.params.get(name)) for t in study.trials if t.params} for name in names}
    return [name for name in names if len(values[name]) > 1]
