"""`emoscope-export quantize`: a model file made smaller and faster."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands.common import EXIT_DONE, AddCommand


def register(add: AddCommand) -> None:
    """Add the subcommand."""
    quantize = add("quantize", "make a file smaller and faster", "quantize x.onnx --to int8 --out y.onnx")
    quantize.add_argument("file", type=Path)
    quantize.add_argument("--to", choices=("int8",), default="int8")
    quantize.add_argument("--out", type=Path, required=True, metavar="FILE")
    quantize.set_defaults(run=_quantize)


def _quantize(args: argparse.Namespace) -> int:
    from export.errors import ExportError
    from export.manifest_writer import write_file
    from export.quantize import to_int8

    try:
        content = args.file.read_bytes()
    except OSError as error:
        raise ExportError(f"{args.file} cannot be read: {error.strerror}.") from error
    result = to_int8(content)
    write_file(result.content, args.out)
    print(
        f"{args.out}: {result.bytes_before / 1e6:.1f} -> {result.bytes_after / 1e6:.1f} MB, "
        f"logits differ by up to {result.largest_difference:.2g}, "
        f"the same winner in {100 * result.same_winner:.0f} % of the probes"
    )
    return EXIT_DONE
