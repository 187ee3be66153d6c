"""`emoscope batch`: recordings by the thousand, to Parquet."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop_app.command_line.arguments import a_name, at_least_one, seconds
from desktop_app.command_line.output import counted, say, tell
from desktop_app.commands.engine import open_engine
from desktop_app.commands.options import (
    add_adapt,
    add_channel,
    add_detector,
    add_glob,
    add_labels,
    add_model,
    add_strict,
    add_text_model,
    add_words,
)
from desktop_app.commands.words import asked_fusion, check_fusion, open_words
from desktop_app.core.errors import EmoscopeError, one_line

if TYPE_CHECKING:
    from desktop_app.analysis.batch.inputs import Item
    from desktop_app.analysis.batch.run import BatchRun, Progress
    from desktop_app.analysis.batch.work import Options

_TOLD_EVERY_S: Final = 5.0


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.description = (
        "Analyze every recording of folders and lists, and keep what is found as partitioned Parquet:\n"
        "OUT/utterances/part-*.parquet, failures.parquet and manifest.json. The same call goes on with a\n"
        "run that was interrupted or killed, and analyzes what has come or changed since; no row is lost\n"
        "or doubled. A list is a text file with one path or URL a line, or a table (.csv, .tsv) with the\n"
        "column 'path' and, if they are known, 'speaker' and 'recorded_at'. Folders and OUT may be URLs\n"
        "that fsspec knows, such as s3://bucket/calls. Exit code 1: some could not be analyzed."
    )
    parser.add_argument(
        "files", metavar="FOLDER|LIST|FILE|URL", nargs="+", type=a_name, help="what to analyze"
    )
    parser.add_argument("--out", metavar="OUT", required=True, type=a_name, help="folder for the results")
    add_glob(parser)
    add_model(parser)
    add_labels(parser)
    add_channel(parser, each=True)
    add_detector(parser)
    add_adapt(parser)
    add_strict(parser)
    add_words(parser)
    add_text_model(parser)
    parser.add_argument(
        "--frames", metavar="SECONDS", type=seconds, default=0.0,
        help="also keep what is told while utterances go on, so often (OUT/frames); it takes as much longer "
        "as there are frames",
    )  # fmt: skip
    parser.add_argument("--embeddings", action="store_true", help="also keep the embedding of each utterance")
    parser.add_argument(
        "--retry-failed", action="store_true", help="try recordings again that could not be analyzed before"
    )
    parser.add_argument(
        "--jobs", metavar="N", type=at_least_one, default=None,
        help="processes of this machine (default: one for each core, as far as the memory allows)",
    )  # fmt: skip
    parser.add_argument(
        "--dask", metavar="ADDRESS", type=a_name,
        help="have a Dask cluster do the work: the address of its scheduler, such as tcp://10.0.0.1:8786; "
        "paths must be the same on all machines, or URLs",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Returns 0, or 1 if a recording that has no results failed."""
    from desktop_app.analysis.batch.parts import parquet
    from desktop_app.analysis.batch.run import BatchRun
    from desktop_app.analysis.batch.warned import sentences
    from desktop_app.analysis.batch.work import Options, made_with
    from desktop_app.audio.files import AUDIO_ENDINGS

    parquet()  # said before a model is tried
    options = Options(
        args.labels or (),
        args.adapt == "on",
        str(args.channel),
        args.detector,
        args.strict,
        args.frames,
        args.embeddings,
    )
    with contextlib.ExitStack() as opened:  # what cannot be opened is told once, before anything is begun
        fusion = asked_fusion(args)
        words = open_words(args, opened)
        check_fusion(fusion, open_engine(args, opened), words)
    if words is not None:
        options = options.with_words(words, args.fusion)
    made = made_with(args.model, options)
    unread: list[EmoscopeError] = []

    def told(what: EmoscopeError | str) -> None:
        tell(str(what))
        if isinstance(what, EmoscopeError):
            unread.append(what)

    with BatchRun(
        args.files,
        args.out,
        made,
        endings=AUDIO_ENDINGS,
        pattern=args.glob,
        retry_failed=args.retry_failed,
        told=told,
    ) as batch:
        if batch.known:
            tell(f"Of {counted(batch.known + batch.total, 'recording')}, {batch.known} had results already.")
        shown = _Shown()
        try:
            if batch.total:
                for progress in batch.work(_pool(args, batch, options, made, shown)):
                    shown.show(progress)
        except (KeyboardInterrupt, EmoscopeError):
            shown.end()
            files, *_ = batch.finish()
            tell(f"{counted(files, 'recording')} are in '{args.out}': the same call goes on.")
            raise
        shown.end()
        files, failed, warnings = batch.finish()
    what = f"{counted(files, 'recording')} in '{args.out}'"
    tell(what + (f", {failed} failed: see failures.parquet there." if failed else "."))
    for sentence in sentences(warnings):
        tell(sentence)
    if warnings:
        tell("'emoscope batch report' tells which, and why.")
    return 1 if failed or unread else 0


def _pool(
    args: argparse.Namespace, batch: BatchRun, options: Options, made: Mapping[str, Any], shown: _Shown
) -> Any:
    from desktop_app.analysis.batch.pool import LocalPool, memory_of_each, usual_jobs
    from desktop_app.analysis.batch.worker import part_task

    model, named, text_model, fusion = (
        None if path is None else str(Path(path).resolve())
        for path in (args.model, args.words_model, args.text_model, args.fusion)
    )
    out = batch.place.address
    shares = 2 if args.words else 1
    jobs = args.jobs or usual_jobs(shares)

    def task(number: int, items: list[Item], lost: Mapping[int, EmoscopeError]) -> dict[str, Any]:
        found = part_task(
            number,
            items,
            lost,
            out=out,
            model=model,
            provider=args.provider,
            options=options,
            words_model=named,
            words_memory=None if args.dask else memory_of_each(jobs * shares),
            text_model=text_model,
            fusion=fusion,
        )
        return {**found, "made_with": dict(made)}

    if args.dask is None:
        return LocalPool(jobs, task, shown.at, shares=shares)
    from desktop_app.analysis.batch.dask_pool import DaskPool

    batch.leave_room()
    content = None if args.model is None else Path(args.model).read_bytes()
    return DaskPool(args.dask, task, content, batch.next_part, shown.at)


class _Shown:
    """A line on stderr that is written over on a terminal, and added every few seconds elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = 0.0
        self._at = ""

    def at(self, path: str) -> None:
        """A recording that is begun."""
        self._at = path

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if not self._terminal and now - self._last < _TOLD_EVERY_S and progress.done < progress.total:
            return
        self._last = now
        left = "" if progress.left_s is None else f", {_clock(progress.left_s)} left"
        failed = f", {progress.failed} failed" if progress.failed else ""
        line = (
            f"{progress.done:,} of {progress.total:,} recordings, {progress.hours_a_minute:.2f} h of sound "
            f"a minute{left}{failed}"
        )
        if self._terminal:
            sys.stderr.write(f"\r\x1b[K{line}  {one_line(self._at)[-40:]}")
            sys.stderr.flush()
        else:
            say(line)

    def end(self) -> None:
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _clock(left_s: float) -> str:
    minutes, rest = divmod(round(left_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
