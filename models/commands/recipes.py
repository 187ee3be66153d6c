"""`emoscope-models recipes`: the recipes that ship, what each is, needs and costs."""

from __future__ import annotations

import argparse

from desktop_app.command_line.arguments import EXIT_DONE

SCHEMA_VERSION = 1
_CLIPS = 1000


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=_list)


def _list(args: argparse.Namespace) -> int:
    from desktop_app.analysis.report import to_json
    from desktop_app.command_line.output import utf8_stdout
    from models.training.recipe_list import listed

    found = listed()
    if args.json:
        data = {"schema_version": SCHEMA_VERSION, "recipes": [recipe.to_dict() for recipe in found]}
        utf8_stdout().write(to_json(data))
        return EXIT_DONE
    for recipe in found:
        print(f"{recipe.path.name:<34}{_cost(recipe.once_s, recipe.fit_s, recipe.folds, gpu=recipe.gpu)}")
        print(f"  {recipe.about}")
        if recipe.missing:
            print(f"  Not here: {recipe.missing}")
    return EXIT_DONE


def _cost(once_s: float | None, fit_s: float | None, folds: int, *, gpu: bool) -> str:
    if gpu:
        return "needs a graphics card"
    if once_s is None or fit_s is None:
        return "cost not measured"
    minutes = _CLIPS * (once_s + fit_s * (folds + 1)) / 60
    told = f"{minutes / 60:.1f} h" if minutes >= 90 else f"{max(1, round(minutes))} min"
    return f"about {told} of processor time for {_CLIPS} clips of 3 s"
