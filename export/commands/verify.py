"""`emoscope-export verify`: what can be checked of a model file by running it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from desktop_app.command_line.tool import EXIT_DONE, AddCommand
from desktop_app.core.errors import EmoscopeError
from export.commands.progress import progress_bar


def register(add: AddCommand) -> None:
    """Add the subcommand."""
    verify = add("verify", "check a model file by running it, in a process of its own", "verify x.onnx")
    verify.add_argument("file", type=Path)
    verify.add_argument("--json", action="store_true", help="the checks and their figures as JSON")
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    from export.verify import verify_file

    try:
        with progress_bar() as progress:
            found = verify_file(args.file, progress)
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
