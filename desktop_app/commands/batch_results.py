"""`emoscope batch report` and `emoscope batch drift`: what the results of many recordings tell."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.analysis.report import to_json
from desktop_app.command_line.arguments import a_name
from desktop_app.command_line.output import console, counted, tell, utf8_stdout
from desktop_app.core.errors import one_line
from desktop_app.core.safe_files import check_places, check_targets, write_text

if TYPE_CHECKING:
    from desktop_app.analysis.batch.drift import Drift, Week
    from desktop_app.analysis.batch.report import BatchReport, Group

_MOST_PRINTED: Final = 20
_MIXED: Final = 3


def register_report(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `batch report`."""
    parser.description = "Put the results of 'emoscope batch' together: by recording, speaker, day and hour."
    parser.add_argument("files", metavar="OUT", nargs=1, type=a_name, help="the folder of the results")
    parser.add_argument("--html", metavar="FILE", type=a_name, help="write one page with all tables")
    parser.add_argument(
        "--json", metavar="FILE", type=a_name, help="write everything as JSON ('-': to stdout)"
    )
    parser.set_defaults(run=_report)


def register_drift(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `batch drift`."""
    parser.description = (
        "Compare what a model says week by week with results that were believed: how new the voices and\n"
        "microphones are to it, how sure it is, how often it has no answer, and which answers it gives; and\n"
        "say in which weeks it should not be believed. The exit code is 1 if there is such a week."
    )
    parser.add_argument("files", metavar="OUT", nargs=1, type=a_name, help="the folder of the results")
    parser.add_argument(
        "--against", metavar="REFERENCE", required=True, type=a_name,
        help="a folder of results of the same model, from recordings on which it was found to be right",
    )  # fmt: skip
    parser.add_argument(
        "--json", metavar="FILE", type=a_name, help="write everything as JSON ('-': to stdout)"
    )
    parser.set_defaults(run=_drift)


def _report(args: argparse.Namespace) -> int:
    from desktop_app.analysis.batch.report import report
    from desktop_app.analysis.batch.report_html import to_html

    (name,) = args.files
    check_targets([args.html, args.json])
    check_places([args.html, args.json], "report")
    found = report(name)
    if args.html is not None:
        write_text(args.html, to_html(found, Path(name.rstrip("/")).name or name))
    if args.json == "-":
        utf8_stdout().write(to_json(found.data()))
    elif args.json is not None:
        write_text(args.json, to_json(found.data()))
    if args.html is None and args.json is None:
        _print_report(found)
        _print_failed(found)
        _print_warned(found)
    return 0


def _print_report(found: BatchReport) -> None:
    from rich.table import Table
    from rich.text import Text

    from desktop_app.analysis.batch.warned import sentences

    out = console()
    out.print(
        f"{found.recordings:,} recordings, {found.sound_s / 3600:.2f} h of sound, {found.all.utterances:,} "
        f"utterances, {found.failed:,} failed, {found.silent:,} without speech",
        highlight=False,
    )
    if found.not_a_voice:
        sounds = counted(found.not_a_voice, "sound")
        out.print(f"{sounds} in which nobody speaks, not among the utterances", highlight=False)
    if found.with_words is not None:
        languages = ", ".join(f"{name} {count:,}" for name, count in found.languages.items())
        told = f" ({languages})" if languages else ""
        out.print(f"{found.with_words:,} utterances with words{told}", highlight=False)
    for sentence in sentences(found.warnings):
        out.print(sentence, highlight=False)
    for kind, groups in found.groups.items():
        if not any(group.name for group in groups):
            continue
        table = Table(title=f"By {kind}", title_justify="left")
        table.add_column(kind.capitalize(), overflow="fold")
        for head in ("Utterances", "Speech", "Uncertain", "Mostly"):
            table.add_column(head, justify="left" if head == "Mostly" else "right")
        for group in groups[:_MOST_PRINTED]:
            table.add_row(
                Text(one_line(group.name) or "not known"),  # which rich takes for no markup
                f"{group.utterances:,}",
                f"{group.speech_s / 60:.1f} min",
                f"{100 * group.uncertain:.0f} %",
                Text(_mostly(group)),
            )
        out.print(table)
        if (more := len(groups) - _MOST_PRINTED + found.left_out.get(kind, 0)) > 0:
            out.print(f"and {more:,} more; --html and --json have them", highlight=False)


def _print_failed(found: BatchReport) -> None:
    for _, sentence in found.failed_ones[:_MOST_PRINTED]:
        tell(sentence)
    if found.failed > _MOST_PRINTED:
        tell(f"{found.failed - _MOST_PRINTED:,} more failed: failures.parquet has them.")


def _print_warned(found: BatchReport) -> None:
    for one in found.warned_ones[:_MOST_PRINTED]:
        for _, sentence in one.warnings:
            tell(f'"{one.source}": {sentence}')
    if (more := found.warned - _MOST_PRINTED) > 0:
        tell(f"{counted(more, 'recording')} more with warnings; --html and --json have them.")


def _mostly(group: Group) -> str:
    ordered = sorted(group.shares.items(), key=lambda pair: -(pair[1] or 0.0))[:_MIXED]
    return ", ".join(f"{label} {100 * (share or 0):.0f} %" for label, share in ordered)


def _drift(args: argparse.Namespace) -> int:
    """Returns 1 if the model should not be believed in some week."""
    from desktop_app.analysis.batch.drift import FEWEST, drift

    (name,) = args.files
    check_places([args.json], "report")
    found = drift(name, args.against)
    if args.json == "-":
        utf8_stdout().write(to_json(found.data()))
    elif args.json is not None:
        write_text(args.json, to_json(found.data()))
    else:
        _print_drift(found)
    few = [week.name or "not known when" for week in found.weeks if not week.told]
    if few:
        tell(f"Too few utterances to tell (below {FEWEST}): {', '.join(few)}.")
    for week in found.weeks:
        for reason in week.reasons:
            tell(f"{week.name or 'Not known when'}: {reason}")
    return 0 if found.believable else 1


def _print_drift(found: Drift) -> None:
    from rich.table import Table

    out = console()
    table = Table()
    for head in ("Week", "Utterances", "Novelty", "Confidence", "Uncertain", "Labels PSI", "Believe it?"):
        table.add_column(head, justify="left" if head in {"Week", "Believe it?"} else "right")
    for week in (found.reference, *found.weeks):
        table.add_row(*_cells(week, reference=week is found.reference))
    out.print(table)


def _cells(week: Week, *, reference: bool) -> Sequence[str]:
    def told(value: float | None) -> str:
        return "" if value is None else f"{value:.2f}"

    judged = "no" if week.reasons else "yes"
    return (
        "reference" if reference else week.name or "not known",
        f"{week.utterances:,}",
        told(week.novelty),
        told(week.confidence),
        f"{100 * week.uncertain:.0f} %",
        "" if reference else told(week.label_psi),
        "" if reference else judged if week.told else "too few",
    )
