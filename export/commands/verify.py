"""`emoscope-export verify`: what can be checked of a model file by running it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from desktop_app.command_line.arguments import EXIT_DONE, seconds
from desktop_app.core.errors import EmoscopeError
from export.commands.progress import progress_bar, told_if_long


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="the checks and their figures as JSON")
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=seconds, default=None,
        help="end the graph if one run of it takes longer (default: 180)",
    )  # fmt: skip
    parser.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    from export.verification.process import PATIENCE_S
    from export.verification.verify import verify_file

    limit_s = args.timeout or PATIENCE_S
    try:
        with progress_bar() as bar, told_if_long(bar, limit_s) as progress:
            found = verify_file(args.file, progress, limit_s, text=True)
    except EmoscopeError as error:
        if args.json:
            _print_json(
                args.file,
                passed=False,
                error={"type": type(error).__name__, "message": error.message, "hint": error.hint},
            )
        raise
    if args.json:
        _print_json(
            args.file,
            passed=True,
            checks=found.checks,
            details=found.details,
            not_repeated=found.not_repeated,
            precision=found.precision,
            batch=found.batch,
            repeat=found.repeat,
            runs=found.runs,
        )
        return EXIT_DONE
    width = max(map(len, found.checks))
    print(f"{args.file} holds ({found.precision}, {found.runs} runs in ONNX Runtime alone):")
    for name in found.checks:
        print(f"  {name:<{width}}  {found.details[name]}")
    for missing in found.not_repeated:
        print(f"  not repeated: {missing}")
    return EXIT_DONE


def _print_json(path: Path, **facts: Any) -> None:
    print(json.dumps({"schema_version": 1, "path": str(path), **facts}, indent=1, allow_nan=False))
