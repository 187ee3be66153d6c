"""`emoscope doctor`: is everything there that the program needs, and what to do about what is not."""

from __future__ import annotations

import argparse
import sys

from desktop_app.command_line.output import console, utf8_stdout
from desktop_app.commands.checks import Check, Status, all_checks
from desktop_app.commands.options import add_backend, add_device, add_model_file

SCHEMA_VERSION = 1
_STYLES = {Status.OK: "green", Status.WARNING: "yellow", Status.FAILURE: "bold red"}


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.description = (
        "Check Python, packages, sound, microphones, the model, the display and folders, and say what\n"
        "to do about each failure. Exit code 1 if the program could not run; a missing microphone or\n"
        "display is only a warning, as recordings can still be analyzed."
    )
    parser.add_argument("--json", action="store_true", help="print JSON to stdout")
    add_device(parser, "try this microphone alone: its name, or a part of it (default: every one)")
    add_backend(parser)
    add_model_file(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Returns the exit code: 1 if the program could not run; warnings alone give 0."""
    checks: list[Check] = []
    for check in all_checks(args.model, args.device, args.backend, again=args.try_again):
        checks.append(check)
        if sys.stderr.isatty() and not args.json:
            print(f"\r\x1b[Kchecked: {check.name}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty() and not args.json:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    healthy = all(check.status is not Status.FAILURE for check in checks)
    if args.json:
        from desktop_app.analysis.report import to_json

        found = [
            {"name": c.name, "status": str(c.status), "detail": c.detail, "advice": c.advice} for c in checks
        ]
        utf8_stdout().write(to_json({"schema_version": SCHEMA_VERSION, "ok": healthy, "checks": found}))
    else:
        _print_table(checks)
    return 0 if healthy else 1


def _print_table(checks: list[Check]) -> None:
    try:
        from rich.table import Table
        from rich.text import Text
    except ImportError:  # one of the findings
        for check in checks:
            print(f"{check.status:8} {check.name}: {check.detail} {check.advice}".rstrip())
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for check in checks:
        found = Text(check.detail)
        if check.advice:
            found.append(f"\n{check.advice}", style="bold")
        table.add_row(Text(str(check.status), style=_STYLES[check.status]), Text(check.name), found)
    out = console()
    out.print(table)
    failures = sum(check.status is Status.FAILURE for check in checks)
    warnings = sum(check.status is Status.WARNING for check in checks)
    if failures:
        out.print(f"\nEmoscope cannot run: {failures} of {len(checks)} checks failed.", style="bold red")
    elif warnings:
        out.print(f"\nEmoscope can run, with {warnings} thing{'s' if warnings > 1 else ''} to know about.")
    else:
        out.print("\nEmoscope can run.", style="green")
