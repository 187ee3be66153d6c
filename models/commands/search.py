"""`emoscope-models search`: the family, features and parameters that suit corpora best."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from models.commands.common import HEADER, add_corpora_root, count, figures_line, several

if TYPE_CHECKING:
    from collections.abc import Sequence

    import optuna

    from models.evaluation.protocols import Split
    from models.experiments.search.candidates import SearchSpace
    from models.experiments.search.results import Entry
    from models.recipes.recipe import Recipe
    from models.training.trained import Workshop

_DETAILS = """\
Corpora are names below --corpora or EMOSCOPE_CORPORA, or NAME=PATH; own data is folder=PATH. One in --outer
speakers is kept apart: no candidate meets them, and the best is judged on them once, at the end. Candidates
are compared by inner folds of the others. --minutes are those of the candidates' fits; before them the
features are computed, after them the best is judged, trained on everybody and exported.
A search that was stopped goes on where it was, for what is left of its minutes; with more --minutes a
finished one is prolonged. docs/search.md tells what is searched.

examples:
  emoscope-models search ravdess_speech --families random-forest svm-rbf --minutes 30 --out runs/search
  emoscope-models search folder=~/mine --groups mfcc pitch rms --minutes 5 --out runs/mine
"""
_FAMILIES = ("random-forest", "svm-rbf", "logistic-regression", "lightgbm", "mlp")
_VIEWS = ("whole", "trimmed")


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = _DETAILS
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("sources", nargs="+", metavar="CORPUS")
    parser.add_argument(
        "--families", nargs="+", default=_FAMILIES, metavar="NAME", help=f"(default: {' '.join(_FAMILIES)})"
    )
    parser.add_argument("--groups", nargs="+", metavar="NAME", help="groups of features (default: all)")
    parser.add_argument("--minutes", type=_minutes, default=30.0, metavar="N", help="(default: 30)")
    parser.add_argument("--out", type=Path, default=Path("runs/search"), metavar="FOLDER")
    parser.add_argument("--classes", nargs="+", metavar="EMOTION", help="the emotions that are told apart")
    parser.add_argument("--cap", type=count, metavar="N", help="the most clips of each emotion")
    parser.add_argument("--seconds", type=float, default=3.0, metavar="S", help="of each clip (default: 3)")
    parser.add_argument(
        "--views",
        nargs="+",
        default=_VIEWS,
        choices=_VIEWS,
        help="how clips are heard while training (default: both); candidates are judged on whole clips",
    )
    parser.add_argument("--outer", type=several, default=5, metavar="N", help="(default: 5)")
    parser.add_argument("--folds", type=several, default=4, metavar="N", help="inner folds (default: 4)")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--jobs", type=count, metavar="N", help="fits at once (default: one a processor)")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="where features are kept")
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help="recordings of noise, for the figures")
    add_corpora_root(parser)
    parser.set_defaults(run=_search)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 60 * 24 * 30:
        raise argparse.ArgumentTypeError(f"it must be a number of minutes above 0, not {text!r}")
    return minutes


def _search(args: argparse.Namespace) -> int:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from desktop_app.core.growing_file import GrowingFile
    from desktop_app.core.safe_files import full_disk_told, make_folder
    from models.corpora.registry import locate
    from models.experiments.search.candidates import (
        GROUPS,
        SearchSpace,
        check_names,
        searchable,
    )
    from models.recipes.recipe import LEAST_SECONDS, MOST_SECONDS

    if not LEAST_SECONDS <= args.seconds <= MOST_SECONDS:
        raise CallError(
            f"--seconds lies between {LEAST_SECONDS:g} and {MOST_SECONDS:g}, not {args.seconds:g}."
        )
    if args.classes and len(set(args.classes)) < max(2, len(args.classes)):
        raise CallError("--classes names two emotions at least, each once.")
    if not 0 <= args.seed < 2**32:
        raise CallError("--seed is a whole number from 0 to 4294967295.")
    for text in args.sources:
        locate(text, args.corpora)  # one that is not known is a wrong call
    views = tuple(view for view in _VIEWS if view in (*args.views, "whole"))
    data: dict[str, Any] = {
        "corpora": list(args.sources),
        "views": list(views),
        "seconds": args.seconds,
        "classes": args.classes,
        "cap": args.cap,
    }
    space = SearchSpace(
        check_names(args.families, searchable(), "family"),
        check_names(args.groups or tuple(GROUPS), tuple(GROUPS), "group of features"),
        {name: value for name, value in data.items() if value is not None},
        args.seed,
    )
    make_folder(args.out)
    lock = GrowingFile(args.out / "search.lock", "search", overwrite=True)
    try:
        with full_disk_told(args.out):
            _run(args, space, views)
    finally:
        lock.close()
    return EXIT_DONE


def _run(args: argparse.Namespace, space: SearchSpace, views: Sequence[str]) -> None:
    from desktop_app.core.safe_files import write_text
    from models.commands.features import TimeLeft
    from models.errors import TrainingError
    from models.experiments.search import results
    from models.experiments.search.preparation import prepare, stamp_of
    from models.experiments.search.study import Search
    from models.training.sources import workshop_of

    jobs = args.jobs or os.cpu_count() or 1
    workshop = workshop_of(args, space.recipe(space.usual()[0]))
    prepared = prepare(
        workshop.table,
        space,
        views,
        args.seconds,
        args.out / "features",
        outer=args.outer,
        inner=args.folds,
        jobs=jobs,
        cache=args.cache,
        progress=TimeLeft,
        say=say,
    )
    stamp = stamp_of(workshop.table, space, views, args.seconds, outer=args.outer, inner=args.folds)
    search = Search(space, prepared.data, args.out, stamp, jobs, say)
    study = search.run(60 * args.minutes)
    entries = results.leaderboard(study, space)
    ended = results.counts(study)
    if not entries:
        reasons = [str(t.user_attrs["reason"]) for t in study.trials if "reason" in t.user_attrs]
        raise TrainingError(
            f"No candidate went through all folds within {args.minutes:g} minutes"
            f"{f' ({reasons[-1]})' if reasons else ''}.",
            "Give more --minutes, fewer --families, or a --cap.",
        )
    told = results.as_json(entries, ended, space)
    write_text(args.out / "leaderboard.json", json.dumps(told, indent=1) + "\n", "leaderboard")
    print(
        f"{ended['finished']} candidates were finished, {ended['ended early']} ended early, "
        f"{ended['failed']} failed"
    )
    print(results.as_table(entries))
    print(f"inner UAR: {results.OPTIMISTIC}.")
    results.draw_plots(study, args.out / "plots", say)
    recipe = _write_recipes(args.out, study, space, entries)
    _finish(args.out, recipe, workshop, prepared.kept)


def _write_recipes(out: Path, study: optuna.Study, space: SearchSpace, entries: list[Entry]) -> Recipe:
    """The best of each family, and the best of all as best.yaml, which is given back."""
    from desktop_app.core.safe_files import make_folder, write_text
    from models.experiments.search.results import OPTIMISTIC, recipe_yaml
    from models.recipes.recipe import load_recipe

    make_folder(out / "recipes")
    for family in dict.fromkeys(entry.family for entry in entries):
        entry = next(one for one in entries if one.family == family)
        recipe = space.recipe(study.trials[entry.candidate].params, f"{family}-searched")
        comment = (
            f"Found by `emoscope-models search`: candidate {entry.candidate}.\n"
            f"Inner UAR {100 * entry.uar:.1f} %: {OPTIMISTIC}."
        )
        write_text(out / "recipes" / f"{family}.yaml", recipe_yaml(recipe, comment), "recipe")
        if entry is entries[0]:
            write_text(out / "best.yaml", recipe_yaml(recipe, comment), "recipe")
    return load_recipe(out / "best.yaml")


def _finish(out: Path, recipe: Recipe, workshop: Workshop, kept: Split) -> None:
    """Judge the best on the speakers that were kept apart, train it on everybody, and export it."""
    from dataclasses import asdict

    import numpy as np

    from export.build import build_source
    from export.manifest_writer import write_file
    from models.commands.trained_source import source_of
    from models.training import shipping
    from models.training.fit_calibrated import train
    from models.training.held_out import CONDITIONS, judge_splits, report_of

    results, calibrations = judge_splits(recipe, workshop, [kept], out / "final", CONDITIONS)
    figures: dict[str, Any] = {
        "protocol": (
            f"{len(np.unique(workshop.table.speakers[kept.test]))} speakers that neither the search nor the "
            "training met, whole clips; chosen by inner folds of the others"
        ),
        "views": {name: report_of(workshop, tested).to_dict() for name, tested in results.items()},
        "noise_confident": None,
        "unseen_speakers": {},
        "corpus_left_out": {},
        "calibration": [asdict(calibration) for calibration in calibrations],
    }
    shipping.write_json(out / "figures.json", figures)
    print(f"\n{recipe.name}, judged once: {figures['protocol']}\n{HEADER}")
    for name, row in figures["views"].items():
        print(figures_line(name, row))
    say("training on every speaker ...")
    model = train(recipe, workshop, None, out / "final")
    facts = shipping.manifest_facts(workshop.table, recipe.name, figures, model.calibration)
    built = build_source(source_of(model, recipe, workshop.table.labels, facts))
    path = out / "best.onnx"
    write_file(built.content, path)
    print(
        f"{path} {len(built.content) / 1e6:.1f} MB, logits within {built.verification.parity:.1g} of the "
        f"trained model's\n{out / 'best.yaml'} is its recipe"
    )
