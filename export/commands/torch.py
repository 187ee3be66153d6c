"""`emoscope-export torch`: a checkpoint, or any torch module, to a model file."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
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
        "checkpoint", type=Path, nargs="?", help="the folder checkpoint of a run of a Whisper recipe"
    )
    parser.add_argument("--module", metavar="PACKAGE.MODULE:FACTORY", help="makes the torch.nn.Module")
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help="its state_dict (safetensors or torch.save)"
    )
    parser.add_argument("--frontend", metavar="SPEC", help="features that it takes; without it, the waveform")
    add_source_options(parser, sample_rate=True)
    add_dimensions(parser)
    parser.set_defaults(run=_torch)


def _torch(args: argparse.Namespace) -> int:
    if (args.checkpoint is None) == (args.module is None):
        raise CallError("Name either a CHECKPOINT or --module PACKAGE.MODULE:FACTORY.")
    check_dimension_options(args)
    if args.ranges is not None and args.dimensions is None:
        raise CallError("--ranges is the scale of --dimensions, and none were named.")
    check_out(args)
    if args.checkpoint is not None:
        if args.dimensions is not None:
            raise CallError("--dimensions belongs to --module; a checkpoint of training gives classes.")
        if args.weights is not None or args.frontend is not None:
            raise CallError("--weights and --frontend belong to --module; a checkpoint knows its own.")
        from export.sources.checkpoint import load_trained

        say(f"reading {args.checkpoint} ...")
        return export_to_file(load_trained(args.checkpoint, labels=args.labels), args)
    missing = ["--weights"] if args.weights is None else []
    if args.labels is None and args.dimensions is None:
        missing.append("--labels (or --dimensions)")
    if missing:
        raise CallError(f"--module also needs {' and '.join(missing)}.")
    from export.sources.torch_module import load_module

    say(f"reading {args.weights} ...")
    source = load_module(
        args.module,
        args.weights,
        args.labels or (),
        args.sample_rate,
        frontend=args.frontend,
        trust_pickle=args.trust_pickle,
        seconds=args.min_seconds,
        dimensions=args.dimensions or (),
        ranges=args.ranges,
    )
    return export_to_file(source, args)
