"""`emoscope-models report`: a run as one page."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

from desktop_app.command_line.arguments import EXIT_DONE
from models.commands.common import add_corpora_root
from models.corpora.registry import CORPORA_VARIABLE

_DETAILS = """\
RUN is the folder of 'emoscope-models train' or of 'emoscope-models league' (--out). The page holds everything
itself. Beside it lies a playlist of the clips that were answered wrongly and surely, for each model; the page
also gives the command that opens them in the window. A league's answers are taken from --work or from beside
its table (answers/NAME.zip); the latter name clips below the folder of corpora. Curves are below --work only.

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
    add_corpora_root(parser)
    parser.set_defaults(run=_report)


def _report(args: argparse.Namespace) -> int:
    from desktop_app.core.safe_files import write_text
    from models.experiments.report.errors_found import LISTEN, misses, openable, playlist
    from models.experiments.report.page import report_page
    from models.experiments.report.run_folder import read_run

    root = args.corpora or os.environ.get(CORPORA_VARIABLE)
    run = read_run(args.folder, args.work or Path("runs") / "league", Path(root) if root else None)
    out = args.out or args.folder / "report.html"
    today = date.today()  # noqa: DTZ011 - the reader's own day
    write_text(out, report_page(run, today), "report")
    print(out)
    for model in run.models:
        wrong = [] if model.answers is None else openable(misses(model.answers)[:LISTEN])
        if wrong:
            name = out.with_name(f"{out.stem}-{model.name}.m3u8")
            write_text(name, playlist(wrong), "playlist")
            print(name)
    return EXIT_DONE
