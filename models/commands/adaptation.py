"""`emoscope-models adaptation`: what learning a voice brings while it speaks, in sessions of strangers."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import counted, say
from models.commands.common import add_corpora_root, count

_EXAMPLE = """\
Each clip is judged by what was heard before it in its session, as the analyzer does by default, and without.
Corpora that the model was trained on are refused: its figures on them say nothing of strangers.

examples:
  emoscope-models adaptation --corpus emotale --corpus ased --rule mean_prior_s=12
  emoscope-models adaptation --corpus emotale --speakers
"""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--model", type=Path, metavar="FILE", help="a model file (default: the shipped one)")
    parser.add_argument(
        "--corpus",
        action="append",
        required=True,
        metavar="NAME[=PATH]",
        help="judge on this; may be repeated",
    )
    parser.add_argument(
        "--repeats", type=count, default=2, metavar="N", help="draw every order so often (default: 2)"
    )
    parser.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="another constant of the voice's rule",
    )
    parser.add_argument(
        "--speakers",
        action="store_true",
        help="streams in which two or three people speak, with a voice for each",
    )
    parser.add_argument(
        "--all-labels",
        action="store_true",
        help="let every label of the model be an answer, not those of the corpus alone",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
    add_corpora_root(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import numpy as np

    from desktop_app.analysis.report import to_json
    from desktop_app.core.errors import CallError
    from desktop_app.core.label_set import LabelSet
    from desktop_app.core.safe_files import check_place, write_text
    from models.corpora.registry import load_corpus, locate
    from models.errors import TrainingError
    from models.evaluation import speaker_change
    from models.evaluation.adaptation import FileJudge, study
    from models.evaluation.model_file import heard_in_training, load_classifier, readings

    rule = _rule(args.rule)
    if args.speakers and args.rule:
        raise CallError("--rule is of one voice for all, and --speakers takes the analyzer's rules.")
    if args.json is not None:
        check_place(args.json, "table")  # what cannot be written is told before the work
    places = [locate(text, args.corpora) for text in args.corpus]
    engine = load_classifier(args.model)
    found: dict[str, Any] = {}
    try:
        if args.speakers and not engine.tells_speakers:
            raise CallError(
                f"The model {engine.path} does not tell speakers apart: it has no output 'speaker'."
            )
        labels = readings(engine.labels)
        for name, path in places:
            clips, hashes = load_corpus(name, path)
            clips = [clip for clip in clips if clip.emotion in labels]
            if len({clip.emotion for clip in clips}) < 2:
                raise TrainingError(
                    f"The model {engine.path} and the corpus {name} have fewer than two emotions in common.",
                    f"The model knows {', '.join(engine.labels)}.",
                )
            if heard_in_training(engine.manifest.trained_on.corpora, name, clips):
                raise CallError(f"The model {engine.path} was trained on {name}, and knows its speakers.")
            targets = np.array([labels.index(clip.emotion) for clip in clips])
            speakers = np.array([clip.speaker for clip in clips])
            say(f"{name}: {counted(len(clips), 'clip')}, {counted(len(set(speakers)), 'speaker')}")
            judge = FileJudge(engine, clips, hashes)
            allowed = np.arange(len(labels)) if args.all_labels else np.unique(targets)
            if args.speakers:
                found[name] = speaker_change.study(
                    judge, targets, speakers, allowed=allowed, repeats=args.repeats, say=say
                )
                continue
            found[name] = study(
                judge,
                targets,
                speakers,
                allowed=allowed,
                threshold=LabelSet.of(labels, [labels[k] for k in allowed]).threshold(engine.abstain_below),
                repeats=args.repeats,
                rule=rule,
                say=say,
            )
    finally:
        engine.close()
    for line in speaker_change.table(found) if args.speakers else table(found):
        print(line)
    if args.json is not None:
        write_text(args.json, to_json({"schema_version": 1, "model": engine.name, "corpora": found}), "table")
    return EXIT_DONE


def _rule(changes: list[str]) -> Any:
    from desktop_app.core.errors import CallError
    from desktop_app.inference.adaptation import SESSION

    names = [field.name for field in fields(SESSION)]
    rule = SESSION
    for text in changes:
        name, _, number = text.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if name not in names or not value > 0:
            raise CallError(
                f"'{text}' is no constant of the voice's rule.",
                f"Write NAME=NUMBER with one of: {', '.join(names)}; the number is above 0.",
            )
        rule = replace(rule, **{name: value})
    return rule


def table(found: dict[str, Any]) -> list[str]:
    """Lines for a person: of each corpus the kinds of session, and of the random one its positions too."""
    head = "".join(f"{name:>{width}}" for name, width in (("without", 9), ("with", 7), ("gain", 7)))
    lines = [f"{'':<28}{head}  {'95 % interval':<14}{'ECE':>7}   with   answered, right %"]
    for corpus, orders in found.items():
        lines.append(corpus)
        for order, row in orders.items():
            lines.append(_line(f"  {order}", row))
            if order == "random":
                lines += [
                    _line(f"    utterances {part['from']} to {part['to'] or 'the last'}", part)
                    for part in row["positions"]
                ]
    return lines


def _line(name: str, row: dict[str, Any]) -> str:
    one, other = row["without"], row["with"]
    interval = row["gain_interval"]
    told = "one speaker" if interval is None else f"[{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"
    return (
        f"{name:<28}{100 * one['uar']:>9.1f}{100 * other['uar']:>7.1f}{100 * row['gain']:>+7.1f}  {told:<14}"
        f"{one['ece']:>7.3f}{'':>3}{other['ece']:<7.3f}"
        f"{100 * one['answered']:>6.0f}, {100 * one['right']:.0f} -> {100 * other['answered']:.0f}, "
        f"{100 * other['right']:.0f}"
    )
