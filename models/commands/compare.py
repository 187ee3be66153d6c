"""`emoscope-models compare`: model files on the same clips, and how sure their difference is."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.core.errors import CallError
from models.commands.common import told_progress
from models.commands.judging import add_judging, jobs_of, judged_sources, limited, show, tell_warnings


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("models", type=Path, nargs="+", metavar="FILE", help="two or more model files")
    add_judging(parser)
    parser.set_defaults(run=_compare)


def _compare(args: argparse.Namespace) -> int:
    from models.evaluation.file_evaluation import SCHEMA_VERSION, Options, compare_on
    from models.evaluation.model_file import load_classifier

    if len(args.models) < 2:
        raise CallError("compare needs two or more model files.")
    twice = [model for model, count in Counter(map(Path.resolve, args.models)).items() if count > 1]
    if twice:
        raise CallError(f"{twice[0]} is named twice: a file is compared with others.")
    sources = judged_sources(args)
    engines = []
    try:
        engines += [load_classifier(model) for model in args.models]
        sources = limited(sources, args.limit, engines)
        with told_progress() as progress:
            options = Options(args.view, jobs=jobs_of(args))
            rows = [compare_on(engines, source, options, progress) for source in sources]
    finally:
        for engine in engines:
            engine.close()
    for row in rows:
        tell_warnings(row["warnings"])
    data = {"schema_version": SCHEMA_VERSION, "models": [str(path) for path in args.models], "results": rows}
    show(args, data, lambda: _print_comparison(data))
    return EXIT_DONE


def _print_comparison(data: dict[str, Any]) -> None:
    from models.evaluation.tables import comparison_text

    print(comparison_text(data), end="")
