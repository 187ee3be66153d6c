"""`emoscope-export hf`: an audio or a text classifier of Hugging Face, from its folder on disk."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from desktop_app.core.emotion_names import parse_map, told
from desktop_app.core.errors import CallError
from export.commands.progress import progress_bar
from export.commands.source_options import (
    add_dimensions,
    add_source_options,
    check_dimension_options,
    check_out,
    export_to_file,
    read_labels,
)

_OF_SOUND = ("dimensions", "ranges", "min_seconds", "max_seconds", "abstain_below")
_OF_TEXT = ("map", "language")


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.description = (
        "Export a classifier of sound (wav2vec 2.0, HuBERT, Whisper, ...) to a voice model, or one of texts\n"
        "(BERT, RoBERTa, DistilBERT, ...: any sequence classification with a fast tokenizer) to a text\n"
        "model for --text-model. The folder's config.json says which one it is."
    )
    parser.add_argument(
        "folder",
        type=Path,
        help="holds config.json, the weights, and preprocessor_config.json or, of a text model, a tokenizer",
    )
    add_source_options(parser)
    add_dimensions(parser)
    parser.add_argument(
        "--map",
        metavar="LABEL=EMOTION,...",
        help="text model: what its labels are counted as, such as love=happy,remorse=- ('-' leaves one out), "
        "or 'goemotions' for the counting of that corpus' authors (default: joy is happy, anger angry and so "
        "on, any other label stays what it is)",
    )
    parser.add_argument(
        "--language",
        type=read_labels,
        metavar="CODE,...",
        help="text model: the languages that it reads, such as en; what is said in another is not answered "
        "(default: what the model card says, or any)",
    )
    parser.set_defaults(run=_hf)


def _hf(args: argparse.Namespace) -> int:
    from export.sources.hf import load_folder
    from export.sources.hf_text import is_text_folder

    check_dimension_options(args)
    check_out(args)
    by_hand = None if args.map is None else parse_map(args.map)
    text = is_text_folder(args.folder)
    for name in _OF_SOUND if text else _OF_TEXT:
        if getattr(args, name) is not None:
            kind = "a voice model, and the folder holds a text model"
            kind = kind if text else "a text model, and the folder holds none"
            raise CallError(f"--{name.replace('_', '-')} is for {kind}.")
    say(f"reading {args.folder} ...")
    if text:
        return _text(args, by_hand)
    source = load_folder(
        args.folder,
        labels=args.labels,
        dimensions=args.dimensions,
        ranges=args.ranges,
        trust_pickle=args.trust_pickle,
        seconds=args.min_seconds,
    )
    return export_to_file(source, args)


def _text(args: argparse.Namespace, by_hand: Mapping[str, str | None] | None) -> int:
    from export.manifest_writer import write_file
    from export.sources.hf_text import load_text_folder
    from export.text.build import build_text

    source = load_text_folder(
        args.folder,
        labels=args.labels,
        by_hand=by_hand,
        languages=args.language,
        trust_pickle=args.trust_pickle,
    )
    say(f"Its labels are counted as emotions: {told(source.counted)}.")
    if source.problem == "multi_label":
        say(
            "It was trained to give each label a score of its own (multi-label); the best one of each "
            "emotion is taken, and the scores are divided among the emotions so that they add up to 1."
        )
    given = {"name": args.name or args.out.stem, "licence": args.licence, "temperature": args.temperature}
    with progress_bar() as progress:
        built = build_text(source, given, say, progress)
    write_file(built.content, args.out)
    say(
        "Nothing was measured of this model on speech. What others claim of text is of sentences whose words "
        "name the emotion; see docs/words.md."
    )
    found = built.verification
    print(
        f"{args.out}: {len(built.content) / 1e6:.1f} MB by the {built.exporter} exporter; a text model; "
        f"logits within {found.parity:.1g} of the model's over {found.runs} runs; labels "
        f"{', '.join(built.manifest.labels)}"
    )
    return EXIT_DONE
