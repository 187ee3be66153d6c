"""What `torch`, `hf` and `sklearn` share: the manifest's options, and the way from a source to a file."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from export.commands.progress import progress_bar

if TYPE_CHECKING:
    from export.sources.base import Source

LOWEST_RATE: Final = 4_000
HIGHEST_RATE: Final = 192_000
LONGEST_NAME: Final = 2000


def read_labels(text: str) -> tuple[str, ...]:
    """Labels, or other names, from a comma-separated option."""
    return tuple(part.strip() for part in text.split(","))


def read_ranges(text: str) -> tuple[tuple[float, float], ...]:
    """Scales of dimensions, such as 0:1 or 1:7,1:7,1:5."""
    found = []
    for part in text.split(","):
        low, colon, high = part.partition(":")
        try:
            ends = (float(low), float(high))
        except ValueError:
            ends = (math.nan, math.nan)
        if not colon or not ends[0] < ends[1] or not max(map(abs, ends)) <= 1e6:
            raise argparse.ArgumentTypeError(
                f"must be LOW:HIGH, or one for each dimension with commas, found '{text}'"
            )
        found.append(ends)
    return tuple(found)


def add_dimensions(sub: argparse.ArgumentParser) -> None:
    """The options of a regression."""
    sub.add_argument(
        "--dimensions",
        type=read_labels,
        metavar="A,B,C",
        help="the model is a regression: names of its outputs, such as arousal,dominance,valence, in place "
        "of --labels",
    )
    sub.add_argument(
        "--ranges",
        type=read_ranges,
        metavar="LOW:HIGH",
        help="scale of the dimensions, or one for each with commas; it is brought to 0..1 (default: 0:1)",
    )


def check_dimension_options(args: argparse.Namespace) -> None:
    """Raise CallError for options of classes beside --dimensions."""
    if args.dimensions is None:
        return
    if args.labels is not None:
        raise CallError("--labels names classes, --dimensions the values of a regression: give one of them.")
    for name in ("temperature", "abstain_below"):
        if getattr(args, name) is not None:
            option = f"--{name.replace('_', '-')}"
            raise CallError(f"{option} is of probabilities, and a model of --dimensions has none.")


def number(low: float, high: float, *, open_low: bool = True) -> Callable[[str], float]:
    """A type of an option: a number between two bounds, `low` itself not among them unless it is closed."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (low < value <= high or (value == low and not open_low)):
            bound = f"above {low:g}" if open_low else f"from {low:g}"
            raise argparse.ArgumentTypeError(f"must be a number {bound} to {high:g}, found '{text}'")
        return value

    return read


def read_rate(text: str) -> int:
    """A sample rate in Hz."""
    if not text.isdecimal() or not LOWEST_RATE <= int(text) <= HIGHEST_RATE:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from {LOWEST_RATE} to {HIGHEST_RATE}, found '{text}'"
        )
    return int(text)


def read_name(text: str) -> str:
    """What is neither empty nor longer than a manifest may have it."""
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    if len(text) > LONGEST_NAME or not text.isprintable():
        raise argparse.ArgumentTypeError(f"must be one line of at most {LONGEST_NAME} characters")
    return text.strip()


def add_source_options(sub: argparse.ArgumentParser, *, sample_rate: bool = False) -> None:
    """The options that every source takes; `sample_rate` for those that do not know theirs."""
    sub.add_argument("--out", type=Path, required=True, metavar="FILE")
    sub.add_argument(
        "--labels", type=read_labels, metavar="A,B,C", help="names of the outputs, in the order of training"
    )
    if sample_rate:
        sub.add_argument("--sample-rate", type=read_rate, default=16_000, metavar="HZ", help="default: 16000")
    sub.add_argument(
        "--name",
        type=read_name,
        help="what a person calls the model (default: what its training called it, else the name of --out)",
    )
    sub.add_argument("--licence", type=read_name, help="licence of the weights (default: unknown)")
    sub.add_argument(
        "--temperature",
        type=number(0.01, 100, open_low=False),
        metavar="T",
        help="divides the logits (default: 1)",
    )
    sub.add_argument(
        "--abstain-below",
        type=number(0, 1, open_low=False),
        metavar="P",
        help="best probability that is still uncertain (default: 0.5)",
    )
    sub.add_argument(
        "--min-seconds",
        type=number(0.01, 60, open_low=False),
        metavar="S",
        help="shortest speech (default: 0.25)",
    )
    sub.add_argument(
        "--max-seconds",
        type=number(0.1, 600, open_low=False),
        metavar="S",
        help="longest speech at once (default: 10)",
    )
    sub.add_argument(
        "--trust-pickle", action="store_true", help="read files that can run code while they are read"
    )


def check_out(args: argparse.Namespace) -> None:
    """Told now, not after minutes of work.

    Raises
    ------
    CallError
        If the file cannot be written there, or something would be lost that is no model file.
    """
    out: Path = args.out
    try:
        known = out.lstat() is not None
    except FileNotFoundError:
        known = False
    except (OSError, ValueError) as error:  # such as a name that is too long
        why = (getattr(error, "strerror", None) or "its name is not valid").lower()
        raise CallError(
            f"--out {out.name[:40]}{'...' if len(out.name) > 40 else ''} cannot be written: {why}.",
            "Give the file a shorter name.",
            code="call.out",
        ) from error
    if not out.parent.is_dir() or out.is_dir():
        raise CallError(f"--out must name a file in a folder that exists, found {out}.")
    if known and not out.is_file() and out.exists():
        raise CallError(f"--out {out} is not a regular file.", "Name another one.")
    given = [value for name, value in vars(args).items() if name != "out" and isinstance(value, Path)]
    if out.exists() and any(path.exists() and out.samefile(path) for path in given):
        raise CallError(f"--out {out} is what is to be exported: give the new file another name.")
    if out.exists() and out.suffix != ".onnx":
        raise CallError(
            f"--out {out} exists and is no .onnx file.", "Give the new file another name, or remove that one."
        )
    low, high = args.min_seconds, args.max_seconds
    if low is not None and high is not None and low >= high:
        raise CallError(f"--min-seconds ({low:g}) must be less than --max-seconds ({high:g}).")


def name_without_option(source: Source, out: Path) -> str:
    """What its training called it; else its file's name, which says more than that of a function."""
    return str(source.facts.manifest.get("name") or out.stem)


def export_to_file(source: Source, args: argparse.Namespace) -> int:
    """Export, verify and write; the sentence about it goes to stdout."""
    from export.build import ManifestOptions, build_source
    from export.manifest_writer import write_file

    options = ManifestOptions(
        name=args.name or name_without_option(source, args.out),
        licence=args.licence,
        temperature=args.temperature,
        abstain_below=args.abstain_below,
        min_seconds=args.min_seconds,
        max_seconds=args.max_seconds,
    )
    with progress_bar() as progress:
        built = build_source(source, options, say, progress)
    write_file(built.content, args.out)
    found, manifest = built.verification, built.manifest
    if manifest.dimensions:
        print(
            f"{args.out}: {len(built.content) / 1e6:.1f} MB by the {built.exporter} exporter; "
            f"values within {found.parity:.1g} of the model's over {found.runs} runs; "
            f"dimensions {', '.join(manifest.dimensions)}"
        )
        return EXIT_DONE
    if manifest.metrics.uar is None and manifest.temperature == 1.0:
        say(
            "Nothing was measured of this model: its temperature is 1, and it is called uncertain below "
            f"{manifest.abstain_below:g}. Judge it: emoscope-models evaluate --model {args.out} --corpus ..."
        )
    print(
        f"{args.out}: {len(built.content) / 1e6:.1f} MB by the {built.exporter} exporter; "
        f"logits within {found.parity:.1g} of the model's over {found.runs} runs; "
        f"labels {', '.join(manifest.labels)}"
    )
    return EXIT_DONE
