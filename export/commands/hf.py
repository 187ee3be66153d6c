"""`emoscope-export hf`: an audio classifier of Hugging Face, from its folder on disk."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop_app.command_line.output import say
from export.commands.source_options import (
    add_dimensions,
    add_source_options,
    check_dimension_options,
    check_out,
    export_to_file,
)


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument(
        "folder", type=Path, help="holds config.json, preprocessor_config.json and the weights"
    )
    add_source_options(parser)
    add_dimensions(parser)
    parser.set_defaults(run=_hf)


def _hf(args: argparse.Namespace) -> int:
    from export.sources.hf import load_folder

    check_dimension_options(args)
    check_out(args)
    say(f"reading {args.folder} ...")
    source = load_folder(
        args.folder,
        labels=args.labels,
        dimensions=args.dimensions,
        ranges=args.ranges,
        trust_pickle=args.trust_pickle,
        seconds=args.min_seconds,
    )
    return export_to_file(source, args)
