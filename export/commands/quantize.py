"""`emoscope-export quantize`: a model file made smaller and faster, and what that costs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from desktop_app.core.types import FloatArray
    from export.quantization.quantize import QuantizationResult

KINDS = ("int8", "fp16", "int8-static")
MAX_DROP = 1.0


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--to",
        choices=KINDS,
        default="int8",
        help="int8: matrix products and large convolutions over time; int8-static: convolutions of "
        "images too, needs --calibrate; fp16: for graphics cards (default: int8)",
    )
    add_judgement(
        parser,
        calibrate="recordings of speech, to measure ranges and errors",
        max_drop=f"write nothing if the UAR on a corpus drops by more points (default: {MAX_DROP:g}); "
        "without --evaluate, if fewer than 95 %% of the recordings, or of synthetic sounds, keep "
        "their winner",
    )
    parser.set_defaults(run=_quantize)


def _quantize(args: argparse.Namespace) -> int:
    from desktop_app.inference.text_package import is_text_model
    from export.manifest_writer import read_manifest, write_file
    from export.quantization.recordings import read_calibration
    from export.verification.structure import read_content
    from export.verification.verify import verify_file

    _check_call(args)
    if is_text_model(read_content(args.file)):
        return _quantize_text(args)
    with progress_bar() as progress:
        verify_file(args.file, lambda what, done, total: progress(f"verifying: {what}", done, total))
        content = read_content(args.file)
        manifest = read_manifest(content)
        if manifest is None:
            raise ExportError(f"{args.file} has no manifest.", "Export it with emoscope-export first.")
        check_judgement(args, manifest)
        recordings = read_calibration(args.calibrate, manifest)
        progress(f"quantising to {args.to}", 0, 1)
        result = _convert(args.to, content, recordings)
        judged = [row for source in args.evaluate for row in judge(source, args.file, result, progress)]
    print_costs(args.to, result, judged, manifest)
    for warning in result.warnings():
        say(f"emoscope-export: {warning}")
    objection = result.objection(judged=bool(judged))
    if objection is not None:
        raise ExportError(f"Nothing was written. {objection.message}", objection.hint)
    allowed = MAX_DROP if args.max_drop is None else args.max_drop
    if drops_too_far(judged, allowed):
        return EXIT_FAILED
    write_file(result.content, args.out)
    print(f"{args.out} was written.")
    return EXIT_DONE


def _quantize_text(args: argparse.Namespace) -> int:
    from export.manifest_writer import write_file
    from export.text.smaller import to_int8
    from export.verification.structure import read_content
    from export.verification.verify import verify_file

    if args.to != "int8" or args.calibrate is not None or args.evaluate:
        raise CallError(
            f"{args.file} is a text model: it is made smaller with --to int8 alone, and no recordings tell "
            "what that costs."
        )
    with progress_bar() as progress:
        verify_file(args.file, progress, text=True)
        content = read_content(args.file)
        found = to_int8(content, progress=progress)
    print(
        f"{len(content) / 1e6:.1f} MB before, {len(found.content) / 1e6:.1f} MB after; "
        f"{100 * found.agreement:.0f} % of {found.texts} texts of all kinds have the same answer, and no "
        f"probability differs by more than {100 * found.difference:.1f} points"
    )
    write_file(found.content, args.out)
    print(f"{args.out} was written. Judge it on texts of your own before you rely on it.")
    return EXIT_DONE


def _check_call(args: argparse.Namespace) -> None:
    if args.to == "int8-static" and args.calibrate is None:
        raise CallError("--to int8-static needs --calibrate FOLDER with recordings of speech.")
    check_call(args)


def _convert(kind: str, content: bytes, recordings: list[FloatArray]) -> QuantizationResult:
    from export.quantization.quantize import to_fp16, to_int8, to_int8_static

    convert = {"int8": to_int8, "int8-static": to_int8_static, "fp16": to_fp16}[kind]
    return convert(content, recordings)
