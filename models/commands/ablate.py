"""`emoscope-models ablate`: what each part of a recipe brings."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from models.commands.common import Progress, add_corpora_root, add_sources, count


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("config", type=Path, metavar="CONFIG.yaml")
    add_corpora_root(parser)
    add_sources(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="networks are kept here")
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help="recordings of noise")
    parser.add_argument(
        "--draws", type=count, metavar="N", help="clips an epoch, where the recipe's own take too long"
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="one variant, or several")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from desktop_app.core.safe_files import make_folder, write_text
    from models.experiments.ablation import ablate, variants
    from models.training.whisper.material import prepare
    from models.training.whisper.run_config import load_whisper_run

    config = load_whisper_run(args.config)
    if args.draws is not None:
        if args.draws < config.fit.batch:
            raise CallError(f"--draws is at least one batch: {config.fit.batch}.")
        config = config.model_copy(update={"fit": config.fit.model_copy(update={"draws": args.draws})})
    names = [name for name, _ in variants(config)]
    unknown = [name for name in args.only if name not in names]
    if unknown:
        raise CallError(f"There is no variant '{unknown[0]}'.", f"It is one of: {', '.join(names)}.")
    make_folder(args.out)  # what cannot be written is told before hours of work
    material, sources = prepare(args, config, Progress())
    found = ablate(material, config, args.out, sources, say, only=args.only)
    print(_table(found))
    write_text(args.out / "ablation.json", json.dumps(found, indent=1) + "\n", "table")
    return EXIT_DONE


def _table(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Figures in percent, and how much UAR a variant has more than the recipe, over all conditions."""
    columns = [name for name in next(iter(found.values())) if name not in ("against", "interval")]
    lines = [f"{'':<32}" + "".join(f"{name:>16}" for name in columns) + f"{'against the recipe':>26}"]
    for name, row in found.items():
        values = (f"{row[c]:.3f}" if c == "log loss" else f"{100 * row[c]:.1f}" for c in columns)
        line = f"{name:<32}" + "".join(f"{value:>16}" for value in values)
        if "against" in row:
            told = f"{100 * row['against']:+.1f}"
            if row["interval"] is not None:
                low, high = row["interval"]
                told += f" [{100 * low:.1f}, {100 * high:.1f}]"
            line += told.rjust(26)
        lines.append(line)
    return "\n".join(lines)
