"""`emoscope-models features`: the features of all clips of corpora as one table."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.command_line.arguments import EXIT_DONE, EXIT_FAILED
from desktop_app.command_line.output import counted, say
from desktop_app.core.errors import CallError
from models.commands.common import add_corpora_root, count, duration

if TYPE_CHECKING:
    from models.corpora.base import Clip
    from models.data.feature_file import Row

_DETAILS = """\
Corpora are names below --corpora or EMOSCOPE_CORPORA, or NAME=PATH; own data is folder=PATH. The features
must be pooled to one vector a clip; docs/features.md lists them. What was computed is kept in --cache: a run
that was stopped goes on, and another table of the same features is written at once.

examples:
  emoscope-models features ravdess_speech emodb --features "mfcc|pool:mean,std" --out clips.parquet
  emoscope-models features folder=~/mine --features "pitch+rms|pool:mean,p10,p90" --seconds 3 --out mine.csv
"""
_FIRST_S, _EVERY_S = 2.0, 5.0


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = _DETAILS
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("sources", nargs="+", metavar="CORPUS")
    parser.add_argument("--features", required=True, metavar="SPEC", help="a front end that pools")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="FILE.csv or FILE.parquet")
    parser.add_argument(
        "--seconds", type=float, metavar="S", help="of each clip its first so many, filled up with silence"
    )
    parser.add_argument("--view", default="whole", choices=("whole", "trimmed"), help="trimmed: its speech")
    parser.add_argument(
        "--jobs", type=count, metavar="N", help="clips computed side by side (default: one a processor)"
    )
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="where features are kept")
    add_corpora_root(parser)
    parser.set_defaults(run=_features)


class TimeLeft:
    """A line on stderr now and then: how much is done, and how long the rest takes at this pace."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._start = time.monotonic()
        self._next = self._start + _FIRST_S

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next and done < total:
            self._next = now + _EVERY_S
            left = (now - self._start) / done * (total - done)
            say(f"{self._what}: {done} of {total}, about {duration(left)} left")


def _check_names(loaded: Sequence[tuple[Path, Sequence[Clip], object]]) -> None:
    """Raise CallError for two corpora of one name, whose speakers nobody could tell apart in the table."""
    places: dict[str, Path] = {}
    for path, clips, _ in loaded:
        corpus = clips[0].corpus
        if corpus in places:
            raise CallError(
                f"Two of the corpora are called '{corpus}': {places[corpus]} and {path}.",
                "The name of own data stands in emoscope.yaml in its folder.",
            )
        places[corpus] = path


def _features(args: argparse.Namespace) -> int:
    from desktop_app.core.safe_files import check_place
    from models.corpora.left_out import LeftOut
    from models.corpora.registry import load_corpus, locate
    from models.corpora.table import check_name
    from models.data.feature_file import write_features
    from models.data.feature_vectors import (
        Extraction,
        compute_vectors,
        default_cache,
    )
    from models.errors import FeatureError

    check_name(args.out)
    if args.seconds is not None and not 0 < args.seconds <= 60:
        raise CallError(f"--seconds lies between 0 and 60, not {args.seconds:g}.")
    try:
        extraction = Extraction(args.features, args.seconds, args.view)
    except FeatureError as error:
        raise CallError(error.message, error.hint, code=error.code) from error
    sources = [locate(text, args.corpora) for text in args.sources]
    if len(set(sources)) < len(sources):
        raise CallError("A corpus is named twice.")
    check_place(args.out, "table")
    store = extraction.store(args.cache or default_cache())
    clips: list[Clip] = []
    hashes: dict[Path, str] = {}
    failed: dict[Path, str] = {}
    left_out = [LeftOut() for _ in sources]
    loaded = [
        (path, *load_corpus(name, path, all_emotions=True, unheard=unheard))
        for (name, path), unheard in zip(sources, left_out, strict=True)
    ]
    _check_names(loaded)
    for (_, own, sounds), unheard in zip(loaded, left_out, strict=True):
        for told in unheard.told():
            say(f"emoscope-models: {own[0].corpus}: {told}")
        failed |= compute_vectors(
            own,
            sounds,
            extraction.vector,
            store,
            jobs=args.jobs or os.cpu_count() or 1,
            progress=TimeLeft(f"features of {own[0].corpus}"),
        )
        clips += own
        hashes |= sounds
    for sentence in failed.values():
        say(f"emoscope-models: {sentence}")
    there = [clip for clip in clips if hashes[clip.path] in store]
    if not there:
        say("emoscope-models: no clip could be read; nothing was written.")
        return EXIT_FAILED

    def rows() -> Iterator[Row]:
        for clip in there:
            found = store.get(hashes[clip.path])
            if found is not None:
                yield clip, found[0]

    write_features(args.out, rows(), extraction.names)
    features = counted(len(extraction.names), "feature")
    print(f"{args.out} was written: {counted(len(there), 'clip')}, {features} of each.")
    if failed:
        missing = counted(len(clips) - len(there), "clip")
        say(f"emoscope-models: {missing} could not be read; the table is without.")
    return EXIT_FAILED if failed else EXIT_DONE
