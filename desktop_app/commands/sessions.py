"""`emoscope sessions`: what is kept of live sessions is listed, shown, exported, and deleted for good."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop_app.analysis.report import to_json
from desktop_app.command_line.arguments import OneLineParser, a_name, at_least_one
from desktop_app.command_line.output import console, tell, utf8_stdout
from desktop_app.commands.options import add_sessions_folder
from desktop_app.core.dimensions import in_numbers
from desktop_app.core.errors import CallError, one_line
from desktop_app.core.safe_files import check_places, check_targets, printable_path, write_text
from desktop_app.sessions.as_recording import SCHEMA_VERSION, analysis, opened_data, session_data
from desktop_app.sessions.database import NONE, SessionsError
from desktop_app.sessions.export import FORMATS
from desktop_app.sessions.folder import sessions_folder
from desktop_app.sessions.records import EndedBy, Session
from desktop_app.sessions.store import OpenedSession, SessionStore

_MOST_ANSWERS = 3


def register(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands of the subcommand."""
    parser.description = (
        "Each live session in which somebody speaks is kept on this machine: when it was, what each\n"
        "utterance was answered with, outages, warnings, and your own notes. Nothing that tells a voice\n"
        "from another; words and sound only if you ask for them. 'emoscope live --no-session' keeps none."
    )
    actions = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=OneLineParser
    )
    listed = _action(actions, "list", "list the sessions, the latest first", _list, "--search happy")
    listed.add_argument(
        "--search", metavar="WORDS", type=a_name,
        help="only those that have each of these words: in name, notes, emotions, date, device, model or "
        "what was said",
    )  # fmt: skip
    listed.add_argument("--json", action="store_true", help="print JSON to stdout")
    show = _action(actions, "show", "show what is kept of a session", _show, "12 --json")
    show.add_argument("session", metavar="ID", type=at_least_one, help="its number in the list")
    show.add_argument("--json", action="store_true", help="print JSON to stdout")
    export = _action(
        actions, "export", "write a session as files, as if it were a recording", _export, "12 --csv out.csv"
    )
    export.add_argument("session", metavar="ID", type=at_least_one, help="its number in the list")
    for name, (text, _) in FORMATS.items():
        export.add_argument(f"--{name}", metavar="OUT", type=a_name, help=f"{text} ('-': to stdout)")
    delete = _action(actions, "delete", "delete sessions and their sound for good", _delete, "12 13")
    delete.add_argument("files", metavar="ID", type=at_least_one, nargs="*", help="their numbers in the list")
    delete.add_argument("--all", action="store_true", help="delete every session")
    delete.add_argument("--json", action="store_true", help="print JSON to stdout")


def _action(
    actions: Any, name: str, text: str, run: Callable[[argparse.Namespace], int], example: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=f"examples:\n  emoscope sessions {name}\n  emoscope sessions {name} {example}"
        if name == "list"
        else f"examples:\n  emoscope sessions {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_sessions_folder(parser)
    parser.set_defaults(run=run)
    return parser


def _list(args: argparse.Namespace) -> int:
    """Returns 0, also if there is none."""
    found: list[Session] = []
    try:
        with SessionStore(_folder(args)) as store:
            found = store.sessions(args.search or "")
    except SessionsError as error:
        if error.code != NONE:
            raise
    if args.json:
        sessions = [session_data(session) for session in found]
        utf8_stdout().write(to_json({"schema_version": SCHEMA_VERSION, "sessions": sessions}))
    elif found:
        _print_list(found)
    elif args.search:
        tell(f"No session has '{args.search}'.")
    else:
        tell(f"There are no sessions in '{printable_path(sessions_folder(_folder(args)))}'.")
    return 0


def _show(args: argparse.Namespace) -> int:
    with SessionStore(_folder(args)) as store:
        opened = store.open(args.session)
    if args.json:
        utf8_stdout().write(to_json({"schema_version": SCHEMA_VERSION, "session": opened_data(opened)}))
    else:
        _print_session(opened)
    return 0


def _export(args: argparse.Namespace) -> int:
    targets = {name: getattr(args, name) for name in FORMATS}
    wanted = {name: target for name, target in targets.items() if target is not None}
    if not wanted:
        raise CallError(
            "An output is needed, such as --json OUT.", "See 'emoscope sessions export --help'.", code="call"
        )
    check_targets(wanted.values())
    check_places(wanted.values(), "report")
    with SessionStore(_folder(args)) as store:
        opened = store.open(args.session)
    for name, target in wanted.items():
        text = FORMATS[name][1](opened)
        if target == "-":
            utf8_stdout().write(text)
        else:
            write_text(target, text)
    return 0


def _delete(args: argparse.Namespace) -> int:
    if bool(args.files) == args.all:
        raise CallError("Name sessions to delete, or --all.", "See 'emoscope sessions list'.", code="call")
    numbers: Sequence[int] = list(dict.fromkeys(args.files))
    gone = True
    try:
        with SessionStore(_folder(args)):  # where there are none, no database is made for them
            pass
        with SessionStore(_folder(args), write=True) as store:
            if args.all:
                numbers = [session.id for session in store.sessions()]
            gone = store.delete(numbers)
    except SessionsError as error:
        if error.code != NONE or not args.all:
            raise
    if args.json:
        utf8_stdout().write(to_json({"schema_version": SCHEMA_VERSION, "deleted": list(numbers)}))
    else:
        console().print(f"deleted: {', '.join(map(str, numbers)) or 'nothing'}", soft_wrap=True)
    if not gone:
        tell(
            "Another program still reads the database: the last traces go when it ends and anything is "
            "written or deleted after that."
        )
    return 0


def _folder(args: argparse.Namespace) -> Path | None:
    """The folder that was named, which must be there: whoever names one expects sessions in it."""
    if args.sessions is None:
        return None
    folder = Path(args.sessions)
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise SessionsError(
            f"The folder of sessions '{printable_path(folder)}' {what}.",
            "Check the name after --sessions.",
            code="sessions.no_folder",
        )
    return folder


# --- for people --------------------------------------------------------------------------------------------


def _print_list(found: Sequence[Session]) -> None:
    from rich.table import Table
    from rich.text import Text

    from desktop_app.commands.terminal_view import clock

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("id", "begun", "length", "utterances", "answers", "state", "name"):
        table.add_column(name, justify="right" if name in {"id", "length", "utterances"} else "left")
    for session in found:
        table.add_row(
            str(session.id),
            _local(session.started),
            clock(session.seconds),
            str(session.utterances),
            Text(_answers(session)),
            _how_it_ended(session),
            Text(one_line(session.name)),
        )
    console().print(table)


def _print_session(opened: OpenedSession) -> None:
    from desktop_app.commands.analysis_table import print_table
    from desktop_app.commands.terminal_view import clock

    session = opened.session
    out = console()
    engines = ", ".join(dict.fromkeys(engine.model for engine in opened.engines))
    for name, text in (
        ("session", f"{session.id}  {session.name}".rstrip()),
        ("begun", _local(session.started)),
        ("ended", _how_it_ended(session) or ("" if session.ended is None else _local(session.ended))),
        ("source", f"{session.source}  {session.device}".rstrip()),
        ("model", engines),
        ("sound", session.sound or "not kept"),
        *(("note", _at(note.at_s) + note.text) for note in opened.notes),
    ):
        out.print(f"{name:<9}{one_line(text)}", markup=False, soft_wrap=True)
    out.print()
    print_table(analysis(opened), in_session=True)
    for outage in opened.outages:
        reason = outage.reason.replace("_", " ")
        out.print(f"  {clock(outage.start_s)} no sound for {clock(outage.seconds)}: {reason}", style="dim")
    for lost in opened.lost:
        reason = lost.reason.replace("_", " ")
        out.print(f"  {clock(lost.start_s)} speech that was not judged: {reason}", style="dim")
    told = [(warning.at_s, warning.message) for warning in opened.warnings]
    told += [(failure.at_s, failure.message) for failure in opened.failures]
    for at_s, message in told:  # which may name a device "USB [/dev/snd]"
        line = f"  {clock(at_s)} {one_line(message)}"
        out.print(line, style="dim", soft_wrap=True, markup=False)


def _answers(session: Session) -> str:
    most = list(session.answers.items())[:_MOST_ANSWERS]
    more = ", ..." if len(session.answers) > _MOST_ANSWERS else ""
    means = in_numbers(tuple(session.means), tuple(session.means.values()))
    answers = ", ".join(f"{label} {times}" for label, times in most) + more
    return "; ".join(filter(None, (answers, means)))


def _how_it_ended(session: Session) -> str:
    """What is unusual about its end; empty if nothing is."""
    if session.live:
        return "being written"
    if session.ended_by is EndedBy.INTERRUPTED:
        return "interrupted"
    return "failed" if session.ended_by is EndedBy.FAILED else ""


def _local(wall_clock: float) -> str:
    return f"{datetime.fromtimestamp(wall_clock).astimezone():%Y-%m-%d %H:%M}"


def _at(at_s: float | None) -> str:
    from desktop_app.commands.terminal_view import clock

    return "" if at_s is None else f"{clock(at_s)} "
