"""`emoscope-export quantize`: a model file made smaller and faster, and what that costs."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.command_line.arguments import EXIT_DONE, EXIT_FAILED
from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from export.commands.progress import Progress, progress_bar
from export.errors import ExportError

if TYPE_CHECKING:
    from desktop_app.core.types import FloatArray
    from desktop_app.inference.manifest import Manifest
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
        help="int8: matrix products (transformers); int8-static: convolutions too, needs --calibrate; "
        "fp16: for graphics cards (default: int8)",
    )
    parser.add_argument(
        "--calibrate", type=Path, metavar="FOLDER", help="recordings of speech, to measure ranges and errors"
    )
    parser.add_argument(
        "--evaluate",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="a corpus to judge both files on; may be given again",
    )
    parser.add_argument(
        "--max-drop",
        type=float,
        metavar="POINTS",
        help=f"write nothing if the UAR on a corpus drops by more points (default: {MAX_DROP:g}); without "
        "--evaluate, if fewer than 95 %% of the recordings, or of synthetic sounds, keep their winner",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.set_defaults(run=_quantize)


def _quantize(args: argparse.Namespace) -> int:
    from export.manifest_writer import read_manifest, write_file
    from export.quantization.recordings import read_folder
    from export.verification.structure import read_content
    from export.verification.verify import verify_file

    _check_call(args)
    with progress_bar() as progress:
        verify_file(args.file, lambda what, done, total: progress(f"verifying: {what}", done, total))
        content = read_content(args.file)
        manifest = read_manifest(content)
        if manifest is None:
            raise ExportError(f"{args.file} has no manifest.", "Export it with emoscope-export first.")
        recordings = (
            read_folder(args.calibrate, manifest.sample_rate, manifest.max_seconds) if args.calibrate else []
        )
        progress(f"quantising to {args.to}", 0, 1)
        result = _convert(args.to, content, recordings)
        judged = [row for source in args.evaluate for row in _judge(source, args.file, result, progress)]
    _print(args.to, result, judged, manifest)
    for warning in result.warnings():
        say(f"emoscope-export: {warning}")
    objection = result.objection(judged=bool(judged))
    if objection is not None:
        raise ExportError(f"Nothing was written. {objection.message}", objection.hint)
    allowed = MAX_DROP if args.max_drop is None else args.max_drop
    over = [(name, before - after) for name, before, after in judged if before - after > allowed]
    if over:
        name, drop = max(over, key=lambda row: row[1])
        say(
            f"emoscope-export: nothing was written: the UAR on {name} drops by {drop:.2f} points, and "
            f"{allowed:g} is allowed."
        )
        return EXIT_FAILED
    write_file(result.content, args.out)
    print(f"{args.out} was written.")
    return EXIT_DONE


def _check_call(args: argparse.Namespace) -> None:
    if args.to == "int8-static" and args.calibrate is None:
        raise CallError("--to int8-static needs --calibrate FOLDER with recordings of speech.")
    if args.max_drop is not None and not args.evaluate:
        raise CallError("--max-drop needs --evaluate NAME=PATH: without it no UAR is measured.")
    if args.max_drop is not None and not args.max_drop >= 0:
        raise CallError("--max-drop is a number of points, 0 or more.")
    if not args.out.absolute().parent.is_dir():
        raise CallError(f"The folder {args.out.parent} of --out does not exist.")
    if args.out.exists() and args.file.exists() and args.out.samefile(args.file):
        raise CallError(f"--out {args.out} is the file to quantise itself, and that is still needed.")


def _convert(kind: str, content: bytes, recordings: list[FloatArray]) -> QuantizationResult:
    from export.quantization.quantize import to_fp16, to_int8, to_int8_static

    convert = {"int8": to_int8, "int8-static": to_int8_static, "fp16": to_fp16}[kind]
    return convert(content, recordings)


def _judge(
    source: str, before: Path, result: QuantizationResult, progress: Progress
) -> list[tuple[str, float, float]]:
    """(what, UAR in points before, after) on a corpus.

    On one that the model was trained on, also under heads that have not heard the speaker.
    """
    from export.manifest_writer import read_manifest
    from export.verification.runner import GraphRunner
    from models.corpora.registry import load_corpus, parse_source
    from models.corpora.views import VIEWS
    from models.evaluation.encoder_check import cross_check
    from models.evaluation.model_file import judge_file

    name, path = parse_source(source)
    clips, hashes = load_corpus(name, path)
    with tempfile.TemporaryDirectory() as folder:
        after = Path(folder) / "after.onnx"
        after.write_bytes(result.as_on_card or result.content)
        uars = []
        for when, model in (("before", before), ("after", after)):

            def step(done: int, total: int, when: str = when) -> None:
                progress(f"judging {when} on {name}", done, total)

            found, _ = judge_file(model, clips, hashes, VIEWS["whole"], step)
            uars.append(100 * found.uar)
    rows = [(name, uars[0], uars[1])]
    manifest = read_manifest(result.content)
    if manifest is not None and name in manifest.trained_on.corpora and _gives_embedding(result.content):

        def count(done: int, total: int) -> None:
            progress(f"a new head on {name}", done, total)

        one, other = GraphRunner(before), GraphRunner(result.as_on_card or result.content)
        exact, small = cross_check(one.embedding, other.embedding, manifest, clips, hashes, progress=count)
        rows.append((f"{name}, new head", 100 * exact, 100 * small))
    return rows


def _gives_embedding(content: bytes) -> bool:
    from export.verification.structure import parse

    return any(value.name == "embedding" for value in parse(content).graph.output)


def _print(
    kind: str, result: QuantizationResult, judged: list[tuple[str, float, float]], manifest: Manifest
) -> None:
    from export.quantization.result import digits

    size, smaller = result.bytes_before / 1e6, result.bytes_after / 1e6
    places, tenths = digits(size, smaller, 2), digits(result.ms_before, result.ms_after, 1)
    rows = [
        ("size", f"{size:.{places}f} MB", f"{smaller:.{places}f} MB"),
        ("3 s of sound", f"{result.ms_before:.{tenths}f} ms", f"{result.ms_after:.{tenths}f} ms"),
        *(
            (f"UAR {name}", f"{before:.2f} %", f"{after:.2f} % ({after - before:+.2f})")
            for name, before, after in judged
        ),
    ]
    width = max(len(row[0]) for row in rows)
    print(f"{'':<{width}}  {'before':<12}{kind}")
    for name, before, after in rows:
        print(f"{name:<{width}}  {before:<12}{after}")
    where = ", as on a graphics card," if result.as_on_card else ""
    print(
        f"On {result.compared_on}{where} the logits differ by up to {result.largest_difference:.2g}, "
        f"and {100 * result.same_winner:.0f} % have the same winner."
    )
    seen = [name for name, _, _ in judged if name in manifest.trained_on.corpora]
    if seen:
        print(
            f"The model was trained on {', '.join(seen)} and knows the answers there, so a drop shows too "
            "small. Under a new head, fitted without the speaker that it is tried with, it shows."
        )
