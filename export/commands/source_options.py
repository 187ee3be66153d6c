"""What `torch`, `hf` and `sklearn` share: the manifest's options, and the way from a source to a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from export.commands.common import EXIT_DONE, progress_bar, say
from export.errors import CallError

if TYPE_CHECKING:
    from export.sources.base import Source


def read_labels(text: str) -> tuple[str, ...]:
    """Labels, or other names, from a comma-separated option."""
    return tuple(part.strip() for part in text.split(","))


def add_source_options(sub: argparse.ArgumentParser, *, sample_rate: bool = False) -> None:
    """The options that every source takes; `sample_rate` for those that do not know theirs."""
    sub.add_argument("--out", type=Path, required=True, metavar="FILE")
    sub.add_argument(
        "--labels", type=read_labels, metavar="A,B,C", help="names of the outputs, in the order of training"
    )
    if sample_rate:
        sub.add_argument("--sample-rate", type=int, default=16_000, metavar="HZ", help="default: 16000")
    sub.add_argument("--name", help="what a person calls the model")
    sub.add_argument("--licence", help="licence of the weights (default: unknown)")
    sub.add_argument("--temperature", type=float, metavar="T", help="divides the logits (default: 1)")
    sub.add_argument(
        "--abstain-below",
        type=float,
        metavar="P",
        help="best probability that is still uncertain (default: 0.5)",
    )
    sub.add_argument("--min-seconds", type=float, metavar="S", help="shortest speech (default: 0.25)")
    sub.add_argument("--max-seconds", type=float, metavar="S", help="longest speech at once (default: 10)")
    sub.add_argument(
        "--trust-pickle", action="store_true", help="read files that can run code while they are read"
    )


def export_to_file(source: Source, args: argparse.Namespace) -> int:
    """Export, verify and write; the sentence about it goes to stdout."""
    from export.build import ManifestOptions, build_source
    from export.manifest_writer import write_file

    if not args.out.parent.is_dir() or args.out.is_dir():
        # Told now, not after minutes of work.
        raise CallError(f"--out must name a file in a folder that exists, found {args.out}.")
    options = ManifestOptions(
        name=args.name,
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
    if manifest.metrics.uar is None and manifest.temperature == 1.0:
        say(
            "Nothing was measured of this model: its temperature is 1, and it is called uncertain below "
            f"{manifest.abstain_below:g}. Judge it: emoscope-models evaluate --model {args.out} --corpus ..."
        )
    print(
        f"{args.out}: {len(built.content) / 1e6:.1f} MB by the {built.exporter} exporter; "
        f"logits within {found.parity:.1g} of the model's over {len(found.checks)} checks; "
        f"labels {', '.join(manifest.labels)}"
    )
    return EXIT_DONE
