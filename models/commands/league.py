"""`emoscope-models league`: all recipes judged by one protocol, in one table."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.command_line.arguments import EXIT_DONE, EXIT_FAILED
from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError, sentences
from models.commands.common import add_corpora_root, add_sources, duration, several
from models.commands.league_worker import CELL, SAY
from models.corpora.registry import CORPORA_VARIABLE
from models.errors import TrainingError
from models.training.recipe_list import missing

if TYPE_CHECKING:
    from models.experiments.league.settings import Settings
    from models.experiments.league.standings import Standing
    from models.recipes.recipe import Recipe

LOG, PAGE, DATA, PICTURE = "league.log", "README.md", "league.json", "uar-against-ms.png"
_PATIENCE_S = 1800.0  # a fit gives a sign of life every 20 s; features, exports and embeddings do not
_MEMORY_SHARE = 0.85
_LEFT_OUT = "emodb"
_MOST_HOURS = 12.0
_DETAILS = """\
Each recipe is measured part by part: speaker-disjoint folds of the corpus that it tests, whole, with noise
and by telephone; the exported file; a corpus left out; and, labelled SPEAKER-DEPENDENT, random clips as its
source has them. Each part is kept below --work as soon as it is there, and a fit that was killed goes on from
its last epoch: call again. At the end all parts are kept beside the table, too (answers/NAME.zip), so that
on another computer the same call measures only what is missing. What cannot be trained here (weights that
are not there, a fit of more than --most-hours) stands below the table, with the reason. Recipes are measured
one after the other, each in a process of its own; one that fails is told, and the others go on. A full table
is not replaced by a quick one, nor by one of other folds or fewer recipes.

example:
  emoscope-models league models/recipes/*.yaml --out docs/league
  emoscope-models league models/recipes/*.yaml --out runs/quick --quick
"""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = _DETAILS
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("recipes", nargs="+", type=Path, metavar="RECIPE.yaml")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="table, plot, log")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="parts and models (default: runs/league)")
    parser.add_argument("--folds", type=several, default=5, metavar="N")
    parser.add_argument("--left-out", metavar="CORPUS", help="default: emodb, where a recipe has it")
    parser.add_argument("--quick", action="store_true", help="less of everything, labelled so: 40 minutes")
    parser.add_argument(
        "--budget-hours", type=_hours, metavar="H", help="stop after so long, and write the table"
    )
    parser.add_argument(
        "--most-hours",
        type=_hours,
        default=_MOST_HOURS,
        metavar="H",
        help="of processor time for one fit (12)",
    )
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help="recordings of noise")
    add_corpora_root(parser)
    add_sources(parser)
    parser.set_defaults(run=_run)


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours < 10_000:
        raise argparse.ArgumentTypeError(f"it is a number of hours above 0, not {text!r}")
    return hours


def _run(args: argparse.Namespace) -> int:
    from desktop_app.core.growing_file import LineFile
    from desktop_app.core.safe_files import full_disk_told, make_folder
    from models.experiments.league.earlier import check_same_league
    from models.experiments.league.settings import Settings
    from models.recipes.recipe import load_recipe

    recipes = [load_recipe(path) for path in args.recipes]
    names = [recipe.name for recipe in recipes]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise CallError(f"Two recipes are called '{twice[0]}'.", "The name stands in the recipe.")
    left_out = args.left_out or _LEFT_OUT
    settings = Settings(args.work or Path("runs") / "league", args.folds, left_out, args.quick)
    if args.left_out:
        _check_left_out(recipes, settings)
    check_same_league(args.out / DATA, settings, names)
    make_folder(args.out)
    make_folder(settings.work)
    log_file = LineFile(args.out / LOG, "log", append=True)

    def log(text: str) -> None:
        say(text)
        log_file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}")

    league = _League(args, recipes, settings, log)
    try:
        log(f"league of {len(recipes)} recipes: {_command(args)}")
        with full_disk_told(settings.work):
            league.restore()
            league.measure()
        with full_disk_told(args.out):
            _write(args, settings, league.standings(), log)
    finally:
        log_file.close()
    for name, sentence in league.failed.items():
        say(f"emoscope-models: {name} failed: {sentence}")
    return EXIT_FAILED if league.failed else EXIT_DONE


class _League:
    """The recipes of one call; what goes wrong with one of them is told, and the others go on."""

    def __init__(
        self,
        args: argparse.Namespace,
        recipes: Sequence[Recipe],
        settings: Settings,
        log: Callable[[str], None],
    ) -> None:
        self._args, self._recipes, self._settings, self._log = args, recipes, settings, log
        self.failed: dict[str, str] = {}
        self._why_not: dict[str, str] = {}
        self._damaged: set[str] = set()

    def restore(self) -> None:
        """Take parts that are missing from beside the table: a damaged archive is told before the work."""
        for recipe in self._recipes:
            try:
                _restore(self._args, recipe, self._settings, self._log)
            except TrainingError as error:
                self._fails(recipe, error.message, error.hint)
                self._damaged.add(recipe.name)

    def measure(self) -> None:
        """Measure what is missing, as long as --budget-hours allow."""
        args, budget = self._args, self._args.budget_hours
        progress = _Progress(self._recipes, self._settings, self._log)
        deadline = None if budget is None else time.monotonic() + 3600 * budget

        def over() -> bool:
            return deadline is not None and time.monotonic() > deadline

        for path, recipe in zip(args.recipes, self._recipes, strict=True):
            if recipe.name in self._damaged:
                continue
            if progress.finished(recipe):
                self._log(f"{recipe.name}: all parts are there")
                continue
            if over():
                self._why_not[recipe.name] = missing(recipe) or "not measured within --budget-hours"
                continue
            progress.begin(recipe)
            error = measure_in_process(_task(args, path, self._settings), progress.told, over)
            progress.end()
            if error is None:
                continue
            if error["code"] in ("training.not_here", "cancelled"):
                self._log(f"{recipe.name}: {sentences(error['message'], error['hint'])}")
                cut_off = error["code"] == "cancelled"
                self._why_not[recipe.name] = (cut_off and missing(recipe)) or error["message"]
            else:
                self._fails(recipe, error["message"], error["hint"])

    def standings(self) -> list[Standing]:
        """Of all recipes, in their order; their parts are kept beside the table."""
        return [self._standing(recipe) for recipe in self._recipes]

    def _standing(self, recipe: Recipe) -> Standing:
        from models.experiments.league.standings import Standing, standing_of

        try:
            found = standing_of(recipe, self._settings, self._why_not.get(recipe.name, ""))
            if recipe.name not in self._damaged:  # a damaged archive is left to its owner
                _keep(self._args, recipe, self._settings, self._log)
        except TrainingError as error:
            self._fails(recipe, error.message, "Delete it and the .json of its name: it is measured anew.")
            return Standing(recipe, why_not=self._why_not[recipe.name])
        return found

    def _fails(self, recipe: Recipe, message: str, hint: str) -> None:
        self.failed[recipe.name] = sentences(message, hint)
        self._why_not[recipe.name] = f"failed: {message}"
        self._log(f"{recipe.name}: {self.failed[recipe.name]}")


def _check_left_out(recipes: Sequence[Recipe], settings: Settings) -> None:
    """Raise CallError if no recipe learns from the corpus that is left out, and from another."""
    from models.experiments.league.settings import LEFT_OUT

    if any(LEFT_OUT in settings.cells(recipe) for recipe in recipes):
        return
    names = dict.fromkeys(name.partition("=")[0] for recipe in recipes for name in recipe.data.corpora)
    raise CallError(
        f"No recipe learns from the corpus '{settings.left_out}' and from another one, so none can leave it "
        "out.",
        f"Take for --left-out one of several corpora of a recipe; the recipes name {', '.join(names)}.",
    )


def _restore(
    args: argparse.Namespace, recipe: Recipe, settings: Settings, log: Callable[[str], None]
) -> None:
    """Parts that are missing in the work folder, from those beside the table."""
    from models.experiments.league.kept import FOLDER, restore

    taken = [] if args.quick else restore(recipe, settings, args.out, _root(args))
    if taken:
        log(f"{recipe.name}: {len(taken)} parts are taken from {args.out / FOLDER}")


def _keep(args: argparse.Namespace, recipe: Recipe, settings: Settings, log: Callable[[str], None]) -> None:
    """All parts, beside the table."""
    from models.experiments.league.kept import keep

    stays = "" if args.quick else keep(recipe, settings, args.out, _root(args))
    if stays:
        log(f"{recipe.name}: {stays}")


def _root(args: argparse.Namespace) -> Path | None:
    named = args.corpora or os.environ.get(CORPORA_VARIABLE)
    return Path(named) if named else None


def measure_in_process(
    task: dict[str, Any], told: Callable[[str], None], stop: Callable[[], bool]
) -> dict[str, Any] | None:
    """One recipe in a process of its own, within the memory of this computer."""
    from desktop_app.core.process_memory import machine_bytes
    from desktop_app.core.worker_process import WorkerEnded, run_worker

    most = machine_bytes()
    try:
        outcome = run_worker(
            "models.commands.league_worker",
            task,
            patience_s=_PATIENCE_S,
            memory_limit=None if most is None else round(_MEMORY_SHARE * most),
            cancel=stop,
            on_step=lambda what, _done, _total: told(what),
        )
    except WorkerEnded as ended:
        if ended.why == "cancelled":
            return {
                "message": "not finished within --budget-hours",
                "hint": "Call again.",
                "code": "cancelled",
            }
        reasons = {
            "memory": "it needs more memory than this computer has",
            "hung": f"it gave no sign of life for {_PATIENCE_S / 60:.0f} minutes",
        }
        reason = reasons.get(ended.why, f"its process ended with {ended.signal_name or ended.code}")
        return {"message": f"{reason}, at: {ended.at}", "hint": ended.last_words, "code": "training"}
    return outcome.get("error")


class _Progress:
    """Tells which part of which recipe is measured, and how long the rest takes at the pace so far."""

    def __init__(self, recipes: Sequence[Recipe], settings: Settings, log: Callable[[str], None]) -> None:
        self._recipes, self._settings, self._log = recipes, settings, log
        self._recipe: Recipe | None = None

    def finished(self, recipe: Recipe) -> bool:
        return all(seconds is not None for seconds in self._seconds(recipe).values())

    def begin(self, recipe: Recipe) -> None:
        self._recipe = recipe
        place = [one.name for one in self._recipes].index(recipe.name) + 1
        self._log(f"{recipe.name} ({place} of {len(self._recipes)})")

    def end(self) -> None:
        self._recipe = None

    def told(self, step: str) -> None:
        """A step of the worker."""
        assert self._recipe is not None  # noqa: S101
        if step.startswith(SAY):
            self._log(f"  {step.removeprefix(SAY)}")
        elif step.startswith(CELL):
            names = list(self._seconds(self._recipe))
            name = step.removeprefix(CELL)
            place = f"part {names.index(name) + 1} of {len(names)}"
            self._log(f"{self._recipe.name}: {name} ({place}){self._left()}")

    def _seconds(self, recipe: Recipe) -> dict[str, float | None]:
        """For each part how long it took, None where it is not there."""
        from models.experiments.league.cells import read_cells

        names = self._settings.cells(recipe)
        found = read_cells(self._settings.folder(recipe), names, self._settings.stamp(recipe))
        return {name: float(found[name]["seconds"]) if name in found else None for name in names}

    def _left(self) -> str:
        """Parts that are missing, at the mean time of a recipe's own, or else of all."""
        found = {recipe.name: self._seconds(recipe) for recipe in self._recipes}
        everything = [s for parts in found.values() for s in parts.values() if s is not None]
        if not everything:
            return ""
        left = 0.0
        for parts in found.values():
            known = [s for s in parts.values() if s is not None] or everything
            left += sum(known) / len(known) * sum(s is None for s in parts.values())
        return f", about {duration(left)} left"


def _task(args: argparse.Namespace, path: Path, settings: Settings) -> dict[str, Any]:
    folders = {name: getattr(args, name) for name in ("corpora", "noise", "weights", "cache")}
    return {
        "recipe": str(path),
        "work": str(settings.work),
        "folds": settings.folds,
        "left_out": settings.left_out,
        "quick": settings.quick,
        "most_hours": args.most_hours,
        **{name: None if folder is None else str(folder) for name, folder in folders.items()},
    }


def _command(args: argparse.Namespace) -> str:
    """As one would type it, without what only this computer knows."""
    words = ["emoscope-models", "league", *(path.as_posix() for path in args.recipes)]
    words += ["--out", args.out.as_posix()]
    if args.folds != 5:
        words += ["--folds", str(args.folds)]
    if (args.left_out or _LEFT_OUT) != _LEFT_OUT:
        words += ["--left-out", args.left_out]
    if args.noise is not None:
        words += ["--noise", args.noise.as_posix()]
    if args.most_hours != _MOST_HOURS:
        words += ["--most-hours", f"{args.most_hours:g}"]
    if args.quick:
        words.append("--quick")
    return shlex.join(words)


def _write(
    args: argparse.Namespace, settings: Settings, standings: Sequence[Standing], log: Callable[[str], None]
) -> None:
    import json

    import torch

    from desktop_app.core.safe_files import write_bytes, write_text
    from models.experiments.league.earlier import earlier_league
    from models.experiments.league.markdown import league_markdown
    from models.experiments.league.picture import league_picture
    from models.experiments.league.settings import LEAD
    from models.experiments.league.standings import as_json

    facts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": (
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}, torch {torch.__version__.partition('+')[0]}"
        ),
    }
    data = as_json(standings, settings, facts)
    worse = not data["recipes"] and earlier_league(args.out / DATA) is not None
    if not worse:
        write_bytes(args.out / PICTURE, league_picture(data))
        write_text(args.out / DATA, json.dumps(data, indent=1) + "\n", "table")
        write_text(args.out / PAGE, league_markdown(data, PICTURE, _command(args)), "table")
    for row in data["recipes"]:
        print(f"{row['place']:>2} {row['recipe']:<28} UAR {100 * row['views'][LEAD]['uar']:.1f}")
    for row in data["not_ranked"]:
        print(f" - {row['recipe']:<28} {row['why']}")
    told = "stays as it was: no recipe was measured" if worse else "was written"
    log(f"{args.out / PAGE} {told}")
