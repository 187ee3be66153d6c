"""`emoscope-models report`: a run as one page."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from desktop_app.command_line.arguments import EXIT_DONE

_DETAILS = """\
RUN is the folder of 'emoscope-models train' or of 'emoscope-models league' (--out). The page holds everything
itself. Beside it lies a playlist of the clips that were answered wrongly and surely, for each model; the page
also gives the command that opens them in the window.

example:
  emoscope-models report runs/forest
  emoscope-models report docs/league --out league.html
"""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = _DETAILS
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, metavar="RUN")
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="default: report.html in the run")
    parser.add_argument(
        "--work", type=Path, metavar="FOLDER", help="that the league was told (default: runs/league)"
    )
    parser.set_defaults(run=_report)


def _report(args: argparse.Namespace) -> int:
    from desktop_app.core.safe_files import write_text
    from models.experiments.report.errors_found import LISTEN, misses, playlist
    from models.experiments.report.page import report_page
    from models.experiments.report.run_folder import read_run

    title, runs = read_run(args.folder, args.work or Path("runs") / "league")
    out = args.out or args.folder / "report.html"
    today = date.today()  # noqa: DTZ011 - the reader's own day
    write_text(out, report_page(title, runs, today), "report")
    print(out)
    for run in runs:
        wrong = [] if run.answers is None else misses(run.answers)[:LISTEN]
        if wrong:
            name = out.with_name(f"{out.stem}-{run.name}.m3u8")
            write_text(name, playlist(wrong), "playlist")
            print(name)
    return EXIT_DONE
