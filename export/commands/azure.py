"""`emoscope-export azure`: a model as a managed online endpoint of Azure Machine Learning."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from desktop_app.command_line.arguments import EXIT_DONE
from export.commands.progress import progress_bar

_LONGEST = 32
"""Characters of an endpoint's name."""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.description = (
        "Write a folder that the Azure CLI deploys: score.py with the analyzer, the model, environment.yml,\n"
        "endpoint.yml and deployment.yml. The model is verified first. Nothing is sent anywhere."
    )
    parser.add_argument("file", metavar="MODEL", type=Path)
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, required=True, help="a folder that is not there, or empty"
    )
    parser.add_argument(
        "--name",
        metavar="NAME",
        default=None,
        help="of the endpoint (default: emoscope- and the model's name)",
    )
    parser.set_defaults(run=_azure)


def _azure(args: argparse.Namespace) -> int:
    from export.endpoint.folder import check_name, write_endpoint
    from export.verification.verify import verify_file

    name = args.name or _default_name(args.file.stem)
    check_name(name)
    with progress_bar() as progress:
        verify_file(args.file, progress)
    found = write_endpoint(args.file, args.out, name)
    print(f"{args.out} holds {', '.join(found)}.")
    print(f"Next, in that folder: az ml online-endpoint create -f endpoint.yml (see {args.out}/README.md).")
    return EXIT_DONE


def _default_name(stem: str) -> str:
    """As many of the name's words as fit, and of a single one what fits."""
    words = re.sub(r"[^a-z0-9]+", " ", f"emoscope {stem}".lower()).split()
    while len("-".join(words)) > _LONGEST and len(words) > 2:
        words.pop()
    return "-".join(words)[:_LONGEST].strip("-")
