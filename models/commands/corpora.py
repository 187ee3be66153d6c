"""`emoscope-models corpora`: check corpora, show them in figures, write their clips as a table."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.command_line.arguments import EXIT_DONE, EXIT_FAILED
from desktop_app.command_line.output import counted, say
from desktop_app.core.errors import CallError
from models.commands.common import add_speakers, folder_settings

if TYPE_CHECKING:
    from models.corpora.base import Clip
    from models.corpora.check import CorpusReport
    from models.corpora.stats import CorpusStats

SCHEMA_VERSION = 1
_QUIET_S, _EVERY_S = 2.0, 5.0
_DETAILS = """\
Sources are written NAME=PATH: emodb=~/emodb. Own data is folder=PATH, with one subfolder a class; who
speaks is told by --speaker-pattern, by --speakers or by emoscope.yaml in the folder. Without sources, the
known corpora below --corpora or EMOSCOPE_CORPORA are taken.
"""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    _add_root(parser, None)
    parser.set_defaults(run=_check, sources=[], json=False, speaker_pattern="", speakers=None)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    check = _action(
        actions, "check", "is a corpus what it should be?", "check tess=~/TESS savee=~/AudioData", _check
    )
    check.add_argument("--json", action="store_true", help="the whole report as JSON")
    listing = actions.add_parser("list", help="which known corpora are in the folder", description="")
    _add_root(listing, argparse.SUPPRESS)
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)
    stats = _action(
        actions, "stats", "classes, speakers, durations and levels", "stats emodb=~/emodb --out plots", _stats
    )
    stats.add_argument("--out", type=Path, metavar="FOLDER", help="draw them as PNG files in this folder")
    table = _action(
        actions,
        "table",
        "one row a clip",
        "table folder=~/mine --speakers who.csv --out clips.parquet",
        _table,
    )
    table.add_argument(
        "--out", type=Path, metavar="FILE", help="FILE.csv or FILE.parquet (default: CSV on stdout)"
    )


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    example: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"{_DETAILS}\nexample:\n  emoscope-models corpora {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    action.add_argument("sources", nargs="*", metavar="NAME=PATH")
    _add_root(action, argparse.SUPPRESS)
    add_speakers(action)
    action.set_defaults(run=run)
    return action


def _add_root(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--corpora",
        type=Path,
        default=default,  # suppressed in an action, so that `corpora --corpora X check` keeps X
        metavar="FOLDER",
        help="folder of corpora (default: EMOSCOPE_CORPORA)",
    )


class _Reading:
    """A line on stderr now and then, for work that takes longer than a moment."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == 1:
            self._next = now + _QUIET_S
        if now >= self._next and done < total:
            self._next = now + _EVERY_S
            say(f"reading {self._name}: {done} of {total}")


def _sources(args: argparse.Namespace) -> list[tuple[str, Path]]:
    from models.corpora.folder import OWN_DATA
    from models.corpora.registry import corpora_root, find_corpora, parse_source

    if args.sources:
        sources = [parse_source(text) for text in args.sources]
        if len(set(sources)) < len(sources):
            raise CallError("A source is named twice.")
    else:
        sources = list(find_corpora(corpora_root(args.corpora)).items())
    if (args.speaker_pattern or args.speakers) and OWN_DATA not in (name for name, _ in sources):
        raise CallError("--speaker-pattern and --speakers are for own data, folder=PATH.")
    return sources


def _none_found(sources: Sequence[tuple[str, Path]]) -> bool:
    if not sources:
        say("emoscope-models: no known corpus is in that folder.")
    return not sources


def _list(args: argparse.Namespace) -> int:
    from desktop_app.analysis.report import to_json
    from desktop_app.command_line.output import utf8_stdout
    from desktop_app.core.safe_files import printable_path
    from models.corpora.registry import corpora_root, find_corpora

    found = find_corpora(corpora_root(args.corpora))
    if args.json:
        rows = [{"name": name, "path": printable_path(path)} for name, path in found.items()]
        utf8_stdout().write(to_json({"schema_version": SCHEMA_VERSION, "corpora": rows}))
        return EXIT_DONE
    for name, path in found.items():
        print(printable_path(f"{name:<16}{path}"))
    return EXIT_FAILED if _none_found(list(found.items())) else EXIT_DONE


def _check(args: argparse.Namespace) -> int:
    from desktop_app.analysis.report import to_json
    from desktop_app.command_line.output import utf8_stdout
    from desktop_app.core.safe_files import printable_path
    from models.corpora.check import check_corpora

    sources = _sources(args)
    if _none_found(sources):
        return EXIT_FAILED
    reports = []
    for report in check_corpora(sources, folder_settings(args), _Reading):
        reports.append(report)
        if not args.json:
            print(printable_path(_report_text(report)), flush=True)
    if args.json:
        data = {"schema_version": SCHEMA_VERSION, "corpora": [report.to_dict() for report in reports]}
        utf8_stdout().write(to_json(data))
    broken = [report for report in reports if not report.usable]
    for report in broken:
        say(f"emoscope-models: {report.corpus}={report.path} cannot be used.")
    return EXIT_FAILED if broken else EXIT_DONE


def _report_text(report: CorpusReport) -> str:
    lines = [f"{report.corpus}  {report.path}"]
    if report.clips:
        rates = ", ".join(f"{rate} Hz" for rate in report.sample_rates)
        people = _people(report.clips, report.speakers, report.genders)
        lines += [
            f"  {people}, {_time(report.seconds)}; {'/'.join(report.encodings)}, {rates}",
            f"  {_counts(report.emotions)}",
        ]
    lines += [f"  {finding.severity:<8}{finding.message}" for finding in report.findings]
    return "\n".join(lines) + "\n"


def _stats(args: argparse.Namespace) -> int:
    from desktop_app.core.safe_files import make_folder, write_bytes
    from models.corpora.sound import measure_all
    from models.corpora.stats import corpus_stats

    sources = _sources(args)
    if _none_found(sources):
        return EXIT_FAILED
    if args.out is not None:
        make_folder(args.out)
    found = []
    for name, path in sources:
        clips = _clips(name, path, args)
        stats = corpus_stats(clips, measure_all([clip.path for clip in clips], _Reading(name)))
        if unread := len(clips) - stats.clips:
            which = f"{counted(unread, 'clip')} of {name}"
            say(f"emoscope-models: {which} cannot be read; 'corpora check' names them.")
        if not stats.clips:
            continue
        found.append(stats)
        print(_stats_text(stats), flush=True)
    if args.out is not None:
        from models.corpora.plots import corpus_picture, overview_picture

        pictures = {}
        for number, stats in enumerate(found, start=1):
            taken = f"{stats.corpus}.png" in pictures  # two folders of own data
            pictures[f"{stats.corpus}-{number}.png" if taken else f"{stats.corpus}.png"] = corpus_picture(
                stats
            )
        if len(found) > 1:
            pictures["overview.png"] = overview_picture(found)
        for file, content in pictures.items():
            write_bytes(args.out / file, content)
            say(f"drawn: {args.out / file}")
    return EXIT_DONE if found else EXIT_FAILED


def _stats_text(stats: CorpusStats) -> str:
    from models.corpora.stats import quantiles

    counts = sorted(stats.speakers.values())
    people = _people(stats.clips, stats.speakers, stats.genders)
    lines = [
        f"{stats.corpus}: {people}, {_time(float(stats.durations.sum()))}",
        f"  {_counts({emotion: sum(by.values()) for emotion, by in stats.classes.items()})}",
        f"  clips a speaker: {counts[0]} to {counts[-1]}, median {counts[len(counts) // 2]}",
        f"  {'':<12}{'lowest':>8}{'5 %':>8}{'median':>8}{'95 %':>8}{'highest':>9}",
    ]
    for title, values in (
        ("seconds", stats.durations),
        ("RMS dBFS", stats.rms),
        ("peak dBFS", stats.peaks),
    ):
        low, five, middle, most, high = quantiles(values)
        lines.append(f"  {title:<12}{low:>8.2f}{five:>8.2f}{middle:>8.2f}{most:>8.2f}{high:>9.2f}")
    return "\n".join(lines) + "\n"


def _clips(name: str, path: Path, args: argparse.Namespace) -> list[Clip]:
    """Of a corpus; what is left out of it is told."""
    from models.corpora.left_out import LeftOut
    from models.corpora.registry import load_corpus

    left_out = LeftOut()
    clips, _ = load_corpus(name, path, all_emotions=True, settings=folder_settings(args), unheard=left_out)
    for told in left_out.told():
        say(f"emoscope-models: {clips[0].corpus}: {told}")
    return clips


def _table(args: argparse.Namespace) -> int:
    from desktop_app.command_line.output import utf8_stdout
    from models.corpora.table import check_name, to_csv, write_table

    if args.out is not None:
        check_name(args.out)
    sources = _sources(args)
    if _none_found(sources):
        return EXIT_FAILED
    clips = []
    for name, path in sources:
        clips += _clips(name, path, args)
    if args.out is None:
        utf8_stdout().write(to_csv(clips))
        sys.stdout.flush()
    else:
        write_table(args.out, clips)
        say(f"{counted(len(clips), 'clip')} written to {args.out}")
    return EXIT_DONE


def _people(clips: int, speakers: Mapping[str, int], genders: Mapping[str, int]) -> str:
    from models.corpora.base import is_known

    known = sum(map(is_known, speakers))
    if not known:
        return f"{counted(clips, 'clip')} of speakers not known"
    names = {"F": "women", "M": "men", "": "of gender not known"}
    shown = ", ".join(f"{count} {names[gender]}" for gender, count in genders.items() if count)
    return f"{counted(clips, 'clip')}, {counted(known, 'speaker')} ({shown})"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{emotion} {count}" for emotion, count in counts.items())


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
