"""What `quantize` and `prune` share: the judgement on corpora, and the table of what a smaller file costs."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from export.commands.progress import Progress

if TYPE_CHECKING:
    from desktop_app.inference.manifest import Manifest
    from export.quantization.quantize import QuantizationResult

Judged = tuple[str, float, float]
"""(what, UAR in points before, after)."""


def add_judgement(parser: argparse.ArgumentParser, calibrate: str, max_drop: str) -> None:
    """The options that say what the two files are compared on; with the help of two of them."""
    parser.add_argument("--calibrate", type=Path, metavar="FOLDER", help=calibrate)
    parser.add_argument(
        "--evaluate",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="a corpus to judge both files on; may be given again",
    )
    parser.add_argument("--max-drop", type=float, metavar="POINTS", help=max_drop)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")


def check_call(args: argparse.Namespace) -> None:
    """Raise CallError for options that do not go together."""
    if args.max_drop is not None and not args.evaluate:
        raise CallError("--max-drop needs --evaluate NAME=PATH: without it no UAR is measured.")
    if args.max_drop is not None and not args.max_drop >= 0:
        raise CallError("--max-drop is a number of points, 0 or more.")
    if not args.out.absolute().parent.is_dir():
        raise CallError(f"The folder {args.out.parent} of --out does not exist.")
    if args.out.exists() and args.file.exists() and args.out.samefile(args.file):
        raise CallError(f"--out {args.out} is the file to be made smaller itself, and that is still needed.")


def check_judgement(args: argparse.Namespace, manifest: Manifest) -> None:
    """Raise CallError for --evaluate of a model that answers with no emotions."""
    if args.evaluate and manifest.dimensions:
        raise CallError(
            "--evaluate measures the UAR of emotions, and this model gives dimensions.",
            "Leave it out: the values of both files are compared, on recordings with --calibrate FOLDER.",
        )


def drops_too_far(judged: list[Judged], allowed: float) -> bool:
    """Whether the UAR on a corpus drops by more points than that; then it is told."""
    over = [(name, before - after) for name, before, after in judged if before - after > allowed]
    if over:
        name, drop = max(over, key=lambda row: row[1])
        say(
            f"emoscope-export: nothing was written: the UAR on {name} drops by {drop:.2f} points, and "
            f"{allowed:g} is allowed."
        )
    return bool(over)


def judge(source: str, before: Path, result: QuantizationResult, progress: Progress) -> list[Judged]:
    """Both files on a corpus, NAME=PATH.

    On one that the model was trained on, also under heads that have not heard the speaker, where its speakers
    allow that.
    """
    from export.manifest_writer import read_manifest
    from export.verification.runner import GraphRunner
    from models.corpora.registry import load_corpus, locate
    from models.corpora.views import VIEWS
    from models.errors import LeakError
    from models.evaluation.encoder_check import cross_check
    from models.evaluation.model_file import judge_file

    clips, hashes = load_corpus(*locate(source, None))
    name = clips[0].corpus  # own data may have a name of its own
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
        try:
            exact, small = cross_check(
                one.embedding, other.embedding, manifest, clips, hashes, progress=count
            )
        except LeakError as error:
            say(f"emoscope-export: {name} is not judged under a new head: {error}")
        else:
            rows.append((f"{name}, new head", 100 * exact, 100 * small))
    return rows


def _gives_embedding(content: bytes) -> bool:
    from export.verification.structure import parse

    return any(value.name == "embedding" for value in parse(content).graph.output)


def print_costs(kind: str, result: QuantizationResult, judged: list[Judged], manifest: Manifest) -> None:
    """Size, time and UAR before and after; `kind` heads the column of the new file."""
    from export.quantization.result import KEPT_VALUE, digits

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
    found = f"values within {KEPT_VALUE:g} of it" if result.dimensions else "the same winner"
    where = ", as on a graphics card," if result.as_on_card else ""
    print(
        f"On {result.compared_on}{where} the {'values' if result.dimensions else 'logits'} differ by up to "
        f"{result.largest_difference:.2g}, and {100 * result.same_winner:.0f} % have {found}."
    )
    seen = [name for name, _, _ in judged if name in manifest.trained_on.corpora]
    if seen:
        print(
            f"The model was trained on {', '.join(seen)} and knows the answers there, so a drop shows too "
            "small. Under a new head, fitted without the speaker that it is tried with, it shows."
        )
