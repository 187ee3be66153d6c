"""`emoscope-models profile-curve`: what a voice profile is worth, by the seconds that it was built from."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from models.commands.common import LINEAR, Progress, add_corpora_root, add_sources, count

if TYPE_CHECKING:
    from models.data.enrolment import People
    from models.experiments.profile_study import Curve, Split, Views

DRAWS = 3
FOLDS = {"ravdess_speech": 5, "emodb": 5, "emovo": 3, "nemo": 3}


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    add_corpora_root(parser)
    add_sources(parser)
    parser.add_argument("--view", choices=("trimmed", "whole"), help="how clips are cut (default: trimmed)")
    parser.add_argument("--draws", type=count, help=f"random draws of enrolment clips (default: {DRAWS})")
    parser.add_argument(
        "--unseen", choices=("speakers", "corpora", "both"), help="which tests to run (default: both)"
    )
    parser.add_argument(
        "--candidates",
        action="store_true",
        help="compare other estimates and heads, on inner folds of the training speakers",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every point with its interval")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from desktop_app.core.safe_files import check_place, write_text
    from models.corpora.base import LABELS
    from models.corpora.views import VIEWS
    from models.evaluation.folds import speaker_folds
    from models.experiments.profile_study import corpus_splits, run_study, speaker_splits
    from models.training.whisper.gated_head import fit_gated_head
    from models.training.whisper.material import load_clips
    from models.training.whisper.run_config import load_whisper_run

    if args.candidates:
        for option in ("view", "draws", "unseen"):
            if getattr(args, option) is not None:
                raise CallError(f"--{option} does not go with --candidates, which are compared in one way.")
    if args.json is not None:
        check_place(args.json, "curve")  # what cannot be written is told before the work
    material = load_clips(args, load_whisper_run(LINEAR), Progress())
    people = material.people
    views = {name: material.embeddings(VIEWS[name]) for name in ("whole", "trimmed", "window")}
    if args.candidates:
        return _compare(args, views, people)
    view = args.view or "trimmed"
    splits: list[Split] = []
    if args.unseen != "corpora":
        folds = {
            corpus: speaker_folds([clip for clip in material.clips if clip.corpus == corpus], count)
            for corpus, count in FOLDS.items()
        }
        splits += speaker_splits(people, folds)
    if args.unseen != "speakers":
        splits += corpus_splits(people, list(FOLDS))
    curves = run_study(
        views,
        people,
        splits,
        lambda seen, whose: fit_gated_head(seen, whose, len(LABELS), LABELS.index("neutral")),
        view=view,
        draws=args.draws or DRAWS,
        neutral=LABELS.index("neutral"),
        say=say,
    )
    for line in table(curves):
        print(line)
    if args.json is not None:
        data = {"schema_version": 1, "view": view, "curves": [curve.to_dict() for curve in curves]}
        write_text(args.json, json.dumps(data, indent=1) + "\n", "curve")
    return EXIT_DONE


def _compare(args: argparse.Namespace, views: Views, people: People) -> int:
    from desktop_app.core.safe_files import write_text
    from models.corpora.base import LABELS
    from models.experiments.profile_candidates import CANDIDATES, compare

    found = compare(views, people, list(FOLDS), len(LABELS), LABELS.index("neutral"), say=say)
    points = found[CANDIDATES[0].name][0].points
    print(
        f"{'mean UAR % over corpora, inner folds':<38}{'none':>7}"
        + "".join(f"{p.kind + ' ' + _length(p.at_most_s):>14}" for p in points)
        + f"{'worst':>8}"
    )
    for name, curves in found.items():
        none = fmean(curve.uar_without for curve in curves)
        means = [fmean(column) for column in zip(*([p.uar for p in c.points] for c in curves), strict=True)]
        worst = min(curve.worst_gain for curve in curves)
        print(
            f"{name:<38}{100 * none:>7.1f}"
            + "".join(f"{100 * u:>14.1f}" for u in means)
            + f"{100 * worst:>+8.1f}"
        )
    if args.json is not None:
        data = {name: [curve.to_dict() for curve in curves] for name, curves in found.items()}
        text = json.dumps({"schema_version": 1, "candidates": data}, indent=1) + "\n"
        write_text(args.json, text, "table")
    return EXIT_DONE


def table(curves: Sequence[Curve]) -> list[str]:
    """Lines of text: UAR in percent without a profile, then by kind and seconds of enrolment."""
    points = curves[0].points
    names = [p.kind if p.kind == "own clips" else _length(p.at_most_s) for p in points]
    heads = [p.kind if k == 0 or points[k - 1].kind != p.kind else "" for k, p in enumerate(points)]
    widths = [max(7, len(name) + 2) for name in names]
    lines = [f"{'':<33}{'':>6}" + "".join(f"{h:>{w}}" for h, w in zip(heads, widths, strict=True))]
    lines[0] = lines[0].replace("  own clips", "           ")
    lines += [f"{'UAR %':<33}{'none':>6}" + "".join(f"{n:>{w}}" for n, w in zip(names, widths, strict=True))]
    rows = [(curve.test, curve.uar_without, [p.uar for p in curve.points]) for curve in curves]
    for kind in ("unseen speakers", "unseen corpus"):
        some = [row for row in rows if row[0].endswith(kind)]
        if len(some) > 1:
            means = [fmean(column) for column in zip(*(row[2] for row in some), strict=True)]
            rows.append((f"mean, {kind}", fmean(row[1] for row in some), means))
    for name, none, uars in rows:
        values = "".join(f"{100 * u:>{w}.1f}" for u, w in zip(uars, widths, strict=True))
        lines.append(f"{name:<33}{100 * none:>6.1f}{values}")
    worst = min(curves, key=lambda curve: curve.worst_gain)
    lines.append(f"The least gain of any length: {100 * worst.worst_gain:+.1f} points ({worst.test}).")
    return lines


def _length(seconds: float | None) -> str:
    return "all" if seconds is None else f"{seconds:g} s"
