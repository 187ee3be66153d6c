"""What the subcommands share: progress, one line of figures, and the options that name the sound."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.command_line.output import say

if TYPE_CHECKING:
    from models.corpora.folder import FolderSettings

LINEAR = Path(__file__).parents[1] / "recipes" / "whisper-linear.yaml"
"""The recipe that is meant where none is named."""
_EVERY_S = 10.0


class Progress:
    """A line for every tenth of a long job; nothing for what the cache already holds."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now >= self._next:
            self._next = now + 5.0
            say(f"embedding {what}: {done} of {total}")


@contextmanager
def told_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal; elsewhere a line each ten seconds. Both on stderr."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, visible=done < total)

        yield told


class _Lines:
    """A line each ten seconds of a long job."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY_S

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _EVERY_S
            say(f"{what}: {done} of {total}")


def duration(seconds: float) -> str:
    """Such as `40 s`, `12 min` from a minute and a half on, and `2.5 h` from an hour and a half on."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{seconds / 3600:.1f} h"


def figures_line(name: str, row: dict[str, Any]) -> str:
    """One line of a table; of a single speaker there is no interval."""
    interval = row["uar_interval"]
    told = f"[{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]" if interval else "one speaker"
    return (
        f"{name:<22}{100 * row['uar']:>6.1f} {told:<12}"
        f"{100 * row['accuracy']:>9.1f}{100 * row['macro_f1']:>9.1f}{row['ece']:>8.3f}"
        f"{row['clips']:>7}{row['speakers']:>9}"
    )


HEADER = (
    f"{'':<22}{'UAR %':>6} {'95 % interval':<14}{'acc. %':>7}{'F1 %':>9}{'ECE':>8}{'clips':>7}{'speakers':>9}"
)


def print_figures(figures: dict[str, Any]) -> None:
    """Tables of a run: conditions, unseen speakers of each corpus, corpora left out, voice profiles."""
    print(figures["protocol"])
    print(HEADER)
    for name, row in figures["views"].items():
        print(figures_line(name, row))
    for corpus, row in figures["unseen_speakers"].items():
        print(figures_line(f"{corpus}, speakers", row))
        print(figures_line("  own profile", row["own profile"]))
        if "every emotion" in row:
            print(figures_line("  every emotion, LOSO", row["every emotion"]))
    for corpus, row in figures["corpus_left_out"].items():
        print(figures_line(f"without {corpus}", row))
        print(figures_line("  shared classes", row["shared"]))
        if "shared, own profile" in row:
            print(figures_line("  shared, own profile", row["shared, own profile"]))
    if figures["noise_confident"] is not None:
        print(f"noise alone answered with confidence: {100 * figures['noise_confident']:.1f} %")
    for kind, part in (("speakers", "unseen_speakers"), ("corpus", "corpus_left_out")):
        for corpus, row in figures[part].items():
            if "profile" in row:
                print(profile_line(f"{corpus}, unseen {kind}", row["profile"]))


def profile_line(name: str, curve: dict[str, Any]) -> str:
    """UAR without a profile, and with one of each length."""
    points = "".join(
        f"  {point['kind']} {'all' if point['at_most_s'] is None else format(point['at_most_s'], 'g')} "
        f"{100 * point['uar']:.1f}"
        for point in curve["points"]
    )
    return f"{name}: none {100 * curve['uar_without']:.1f}{points}"


def add_sources(sub: argparse.ArgumentParser) -> None:
    """The options of commands that compute embeddings."""
    sub.add_argument("--weights", type=Path, metavar="FILE", help="the encoder (default: EMOSCOPE_WEIGHTS)")
    sub.add_argument("--cache", type=Path, metavar="FOLDER", help="where embeddings are kept")


def add_corpora_root(sub: argparse.ArgumentParser) -> None:
    """Where all corpora lie."""
    sub.add_argument(
        "--corpora", type=Path, metavar="FOLDER", help="folder of corpora (default: EMOSCOPE_CORPORA)"
    )


def add_speakers(sub: argparse._ActionsContainer) -> None:
    """Who speaks in own data; `folder_settings` reads it."""
    sub.add_argument(
        "--speaker-pattern",
        default="",
        metavar="REGEX",
        help="own data: its first group in the path below the folder is the speaker",
    )
    sub.add_argument(
        "--speakers",
        type=Path,
        metavar="FILE",
        help="own data: CSV with the columns path, speaker and gender",
    )


def folder_settings(args: argparse.Namespace) -> FolderSettings:
    """What `add_speakers` was given."""
    from models.corpora.folder import FolderSettings

    return FolderSettings(speaker_pattern=args.speaker_pattern, speakers=args.speakers)


def add_view(sub: argparse.ArgumentParser) -> None:
    """How the clips are cut."""
    sub.add_argument(
        "--view", default="whole", choices=("whole", "trimmed", "first-1s", "first-2s", "first-3s")
    )


def count(text: str) -> int:
    """A whole number of 1 or more, as an argument."""
    return _at_least(1, text)


def several(text: str) -> int:
    """A whole number of 2 or more, as an argument."""
    return _at_least(2, text)


def _at_least(least: int, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"it must be a whole number of {least} or more, not {text!r}")
    return number
