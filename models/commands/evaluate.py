"""`emoscope-models evaluate` and `compare`: honest figures of the recipe, or of any model file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from models.commands.common import (
    EXIT_DONE,
    HEADER,
    AddCommand,
    Progress,
    add_corpora_root,
    add_sources,
    add_view,
    figures_line,
    load_training_material,
    print_figures,
    say,
)
from models.errors import CallError


def register(add: AddCommand) -> None:
    """Add the subcommands."""
    evaluate = add(
        "evaluate",
        "without --model: cross-validate the recipe; with it: judge a model file",
        "evaluate --model mine.onnx --corpus emovo=~/corpora/emovo",
    )
    add_corpora_root(evaluate)
    add_sources(evaluate)
    evaluate.add_argument("--model", type=Path, metavar="FILE")
    evaluate.add_argument("--corpus", action="append", default=[], metavar="NAME=PATH")
    evaluate.add_argument("--json", action="store_true")
    add_view(evaluate)
    evaluate.set_defaults(run=_evaluate)
    compare = add(
        "compare", "judge several model files on the same clips", "compare a.onnx b.onnx --corpus emodb=~/e"
    )
    compare.add_argument("models", type=Path, nargs="+", metavar="FILE")
    compare.add_argument("--corpus", action="append", required=True, metavar="NAME=PATH")
    add_view(compare)
    compare.set_defaults(run=_compare)


def _evaluate(args: argparse.Namespace) -> int:
    if args.model is None:
        from models.training import shipping

        figures = shipping.measure(load_training_material(args), say).to_dict()
        if args.json:
            print(json.dumps({"schema_version": 1, **figures}, indent=1))
        else:
            print_figures(figures)
        return EXIT_DONE
    if not args.corpus:
        raise CallError("--model needs at least one --corpus NAME=PATH.")
    rows = [_judge(args.model, source, args.view) for source in args.corpus]
    if args.json:
        print(json.dumps({"schema_version": 1, "model": str(args.model), "results": rows}, indent=1))
        return EXIT_DONE
    print(HEADER + f"{'certain':>9}")
    for row in rows:
        print(figures_line(row["corpus"], row) + f"{100 * row['coverage']:>7.1f} %")
    return EXIT_DONE


def _judge(model: Path, source: str, view: str) -> dict[str, Any]:
    from models.corpora.registry import load_corpus, parse_source
    from models.evaluation.model_file import judge_file
    from models.training.embeddings import VIEWS

    name, path = parse_source(source)
    clips, hashes = load_corpus(name, path)
    progress = Progress()
    found, coverage = judge_file(
        model, clips, hashes, VIEWS[view], lambda done, total: progress(name, done, total)
    )
    return {"corpus": name, "view": view, "coverage": coverage, **found.to_dict()}


def _compare(args: argparse.Namespace) -> int:
    print(HEADER + f"{'certain':>9}")
    for source in args.corpus:
        for model in args.models:
            row = _judge(model, source, args.view)
            print(
                figures_line(f"{row['corpus']} {model.name}"[:22], row) + f"{100 * row['coverage']:>7.1f} %"
            )
    return EXIT_DONE
