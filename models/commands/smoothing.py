"""`emoscope-models smoothing`: constants of the live view, chosen on some strangers and tried on others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from models.commands.common import Progress, add_corpora_root, add_sources

if TYPE_CHECKING:
    from models.experiments.smoothing_study import Choice, Figures


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("config", type=Path, metavar="CONFIG.yaml")
    add_corpora_root(parser)
    add_sources(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="the run: its networks are used"
    )
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every choice's figures")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from desktop_app.analysis.report import to_json
    from desktop_app.core.safe_files import check_place, write_text
    from models.experiments.smoothing_study import AS_SHIPPED, CHOICES, best, figures
    from models.experiments.strangers import streams_of_strangers
    from models.training.whisper.material import prepare
    from models.training.whisper.run_config import load_whisper_run

    config = load_whisper_run(args.config)
    if args.json is not None:
        check_place(args.json, "table")  # what cannot be written is told before the work
    material, sources = prepare(args, config, Progress())
    parts, threshold = streams_of_strangers(material, config, args.out / "held-out", sources, say)
    half = len(parts) // 2
    chosen_on, tried_on = parts[:half], parts[half:]
    found = {choice: figures(chosen_on, material.labels, threshold, choice) for choice in CHOICES}
    choice = best(found)
    again = {choice: figures(tried_on, material.labels, threshold, choice) for choice in CHOICES}
    print(f"{half} speakers to choose on, {len(tried_on)} others to try (in brackets)")
    print(
        f"{'time constant, margin, hold':<34}{'flips / s':>16}{'delay s':>16}{'right %':>16}{'wrong %':>16}"
    )
    for name, row in (("nothing", CHOICES[0]), ("the window", AS_SHIPPED), ("calmest", choice)):
        print(_line(f"{name}: {_constants(row)}", found[row], again[row]))
    if args.json is not None:
        rows = [
            {
                **asdict(c),
                "chosen_on": found[c].to_dict(),
                "tried_on": again[c].to_dict(),
                "best": c == choice,
            }
            for c in CHOICES
        ]
        write_text(args.json, to_json({"schema_version": 1, "choices": rows}), "table")
    return EXIT_DONE


def _constants(choice: Choice) -> str:
    return f"{choice.time_constant_s:g} s, {choice.margin:g}, {choice.hold_s:g} s"


def _line(name: str, one: Figures, other: Figures) -> str:
    pairs = (
        (f"{one.flips_per_s:.2f}", f"{other.flips_per_s:.2f}"),
        (f"{one.delay_s:.2f}", f"{other.delay_s:.2f}"),
        (f"{100 * one.right:.1f}", f"{100 * other.right:.1f}"),
        (f"{100 * one.wrong:.1f}", f"{100 * other.wrong:.1f}"),
    )
    return f"{name:<34}" + "".join(f"{f'{a} ({b})':>16}" for a, b in pairs)
