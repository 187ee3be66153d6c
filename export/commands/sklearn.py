"""`emoscope-export sklearn`: a scikit-learn pipeline behind features that are computed in the graph."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop_app.command_line.output import say
from export.commands.source_options import add_source_options, check_out, export_to_file, read_labels


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("file", type=Path, help="written by skops.io.dump")
    parser.add_argument(
        "--frontend", required=True, metavar="SPEC", help="the features that it was trained with, pooled"
    )
    parser.add_argument(
        "--trust",
        type=read_labels,
        default=(),
        metavar="TYPE,TYPE",
        help="further types that the file may hold",
    )
    add_source_options(parser, sample_rate=True)
    parser.set_defaults(run=_sklearn)


def _sklearn(args: argparse.Namespace) -> int:
    from export.sources.sklearn_pipeline import load_pipeline

    check_out(args)
    say(f"reading {args.file} ...")
    source = load_pipeline(
        args.file,
        args.frontend,
        args.sample_rate,
        labels=args.labels,
        trusted=args.trust,
        trust_pickle=args.trust_pickle,
        say=say,
    )
    return export_to_file(source, args)
