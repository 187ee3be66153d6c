"""What `evaluate` and `compare` share: the clips that model files are judged on, and how it is told."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from models.commands.common import add_view, count

if TYPE_CHECKING:
    from desktop_app.inference.engine import EmotionEngine
    from models.evaluation.file_evaluation import Source


def add_judging(sub: argparse.ArgumentParser) -> None:
    """Add the options that say on what is judged, and how that is told."""
    sub.add_argument(
        "--corpus",
        action="append",
        metavar="NAME[=PATH]",
        help="judge on this; may be repeated; NAME alone lies below EMOSCOPE_CORPORA",
    )
    sub.add_argument("--speaker-pattern", metavar="REGEX", help="who speaks in own data")
    sub.add_argument("--speakers", type=Path, metavar="CSV", help="who speaks in own data, as a table")
    add_view(sub)
    sub.add_argument("--limit", type=count, metavar="N", help="at most N clips of each corpus, evenly drawn")
    sub.add_argument(
        "--jobs", type=count, metavar="N", help="clips judged side by side (default: one a processor)"
    )
    sub.add_argument("--json", action="store_true", help="everything as JSON")


def judged_sources(args: argparse.Namespace) -> list[Source]:
    """The corpora that --corpus names. Raises CallError."""
    from models.corpora.folder import OWN_DATA, FolderSettings
    from models.corpora.left_out import LeftOut
    from models.corpora.registry import load_corpus, locate
    from models.evaluation.file_evaluation import Source

    if not args.corpus:
        raise CallError("A model is judged on a corpus: give --corpus NAME=PATH, once or more.")
    settings = FolderSettings(speaker_pattern=args.speaker_pattern or "", speakers=args.speakers)
    named = [locate(text, getattr(args, "corpora", None)) for text in args.corpus]
    if settings != FolderSettings() and OWN_DATA not in (name for name, _ in named):
        raise CallError("--speaker-pattern and --speakers are for own data, --corpus folder=PATH.")
    out: list[Source] = []
    for name, path in named:
        left_out = LeftOut()
        clips, hashes = load_corpus(name, path, all_emotions=True, settings=settings, unheard=left_out)
        own = clips[0].corpus  # own data may have a name of its own
        if own in {source.name for source in out}:
            raise CallError(
                f"Two of the corpora are called '{own}'.",
                "Name each once; the name of own data stands in emoscope.yaml in its folder.",
            )
        out.append(Source(own, clips, hashes, left_out.told()))
    return out


def limited(sources: list[Source], limit: int | None, engines: Sequence[EmotionEngine]) -> list[Source]:
    """Sources of at most `limit` clips that the models can answer."""
    from models.evaluation.file_evaluation import common_emotions

    emotions = common_emotions(engines)
    out = [source.limited(limit, emotions) for source in sources]
    for one, few in zip(sources, out, strict=True):
        if few is not one:
            say(f"{one.name}: {limit} of {len(one.clips)} clips, evenly drawn")
    return out


def jobs_of(args: argparse.Namespace) -> int:
    """How many clips are judged side by side."""
    jobs: int = args.jobs or os.cpu_count() or 1
    return jobs


def tell_warnings(warnings: list[str]) -> None:
    """On stderr, beside the figures that they belong to."""
    for text in warnings:
        say(f"WARNING: {text}")


def show(args: argparse.Namespace, data: dict[str, Any], in_words: Callable[[], None]) -> None:
    """Print the figures, as JSON where that is asked for, else `in_words`."""
    if args.json:
        from desktop_app.analysis.report import to_json

        print(to_json(data), end="")
    else:
        in_words()
