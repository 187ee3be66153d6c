"""`emoscope-export verify`: what can be checked of a model file by running it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from export.commands.common import EXIT_DONE, AddCommand


def register(add: AddCommand) -> None:
    """Add the subcommand."""
    verify = add("verify", "check a model file by running it", "verify x.onnx")
    verify.add_argument("file", type=Path)
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    from export.verify import verify_file

    found = verify_file(args.file)
    checks = (*found.checks, "manifest", "self-test")
    if args.json:
        print(
            json.dumps({"schema_version": 1, "path": str(args.file), "checks": checks, "batch": found.batch})
        )
    else:
        print(f"{args.file} holds: {', '.join(checks)}")
    return EXIT_DONE
