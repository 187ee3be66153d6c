"""`emoscope-export prune`: hidden units taken out of a model file, and what that costs."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from desktop_app.command_line.arguments import EXIT_DONE, EXIT_FAILED
from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from export.commands.progress import progress_bar
from export.commands.smaller import (
    add_judgement,
    check_call,
    check_judgement,
    drops_too_far,
    judge,
    print_costs,
)
from export.errors import ExportError


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--share",
        type=float,
        default=0.25,
        metavar="SHARE",
        help="how much of the hidden units of each feed-forward block goes, 0 to 1 (default: 0.25)",
    )
    add_judgement(
        parser,
        calibrate="recordings of speech, to compare the files on",
        max_drop="write nothing if the UAR on a corpus drops by more points",
    )
    parser.set_defaults(run=_prune)


def _prune(args: argparse.Namespace) -> int:
    from export.manifest_writer import write_file
    from export.quantization.pruning import prune
    from export.quantization.quantize import manifest_of
    from export.quantization.recordings import read_calibration
    from export.verification.structure import read_content
    from export.verification.verify import verify_file

    if not 0 < args.share < 1:
        raise CallError(f"--share lies between 0 and 1, not {args.share:g}.")
    check_call(args)
    with progress_bar() as progress:
        verify_file(args.file, lambda what, done, total: progress(f"verifying: {what}", done, total))
        content = read_content(args.file)
        manifest = manifest_of(content)
        check_judgement(args, manifest)
        recordings = read_calibration(args.calibrate, manifest)
        progress("pruning", 0, 1)
        pruned = prune(content, args.share, recordings)
        result = pruned.compared
        judged = [row for source in args.evaluate for row in judge(source, args.file, result, progress)]
    for name, before, after in pruned.blocks:
        print(f"{name}: {before} -> {after} hidden units")
    print_costs("pruned", result, judged, manifest)
    for warning in result.warnings():
        say(f"emoscope-export: {warning}")
    if not np.isfinite(result.largest_difference):
        raise ExportError(
            f"Nothing was written. On {result.compared_on} the new file gives what is no number.",
            "Take a smaller --share.",
        )
    if args.max_drop is not None and drops_too_far(judged, args.max_drop):
        return EXIT_FAILED
    if not judged:
        say("emoscope-export: what this costs is not measured: judge both files with --evaluate NAME=PATH.")
    write_file(result.content, args.out)
    print(f"{args.out} was written.")
    return EXIT_DONE
