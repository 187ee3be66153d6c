"""`emoscope-models evaluate`: honest figures of the recipe, or of any model file."""

from __future__ import annotations

import argparse
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.command_line.arguments import EXIT_DONE, a_label_list
from desktop_app.command_line.output import say
from desktop_app.core.errors import CallError
from models.commands.common import LINEAR, add_corpora_root, add_sources, several, told_progress
from models.commands.judging import add_judging, jobs_of, judged_sources, limited, show, tell_warnings

if TYPE_CHECKING:
    from models.evaluation.file_evaluation import Judged, Options
    from models.evaluation.noise_bank import NoiseBank
    from models.evaluation.protocols import Split

_DETAILS = """\
A model file is judged on --corpus, by its contract alone. --degrade also plays the clips noisy, through a
telephone, too loud, in a room and cut short, and noise alone; noise comes from --noise, or from the folder
noise in EMOSCOPE_CORPORA. Without --model, the training recipe is cross-validated.

examples:
  emoscope-models evaluate --model mine.onnx --corpus emovo=~/corpora/emovo --degrade --report figures
  emoscope-models evaluate --protocol leave-one-speaker-out --test emodb
"""
_OF_FILE = ("corpus", "labels", "degrade", "noise", "limit", "jobs", "speaker_pattern", "speakers")
_OF_RECIPE = ("protocol", "test", "config", "out", "folds", "corpora", "weights", "cache")


def default_runs() -> Path:
    """Where networks are kept that nobody named a folder for."""
    from platformdirs import user_cache_path

    return user_cache_path("emoscope") / "runs"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = _DETAILS
    parser.add_argument("--model", type=Path, metavar="FILE", help="a model file")
    add_judging(parser)
    parser.add_argument(
        "--labels",
        metavar="LABEL,LABEL...",
        type=a_label_list,
        help="also with nothing but these of the model's emotions allowed, on the clips that have them",
    )
    parser.add_argument(
        "--degrade",
        nargs="*",
        metavar="NAME",
        help="the whole grid of degradations, or these of it (noise-10dB telephone ...)",
    )
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help="recordings of noise")
    parser.add_argument(
        "--report", type=Path, metavar="FOLDER", help="write JSON, Markdown, pictures and all answers there"
    )
    recipe = parser.add_argument_group("without --model")
    recipe.add_argument(
        "--protocol",
        metavar="NAME",
        help="how to split: speaker-folds, ravdess-6, ravdess-5, leave-one-speaker-out, "
        "leave-one-corpus-out, fixed or speaker-dependent",
    )
    recipe.add_argument("--config", type=Path, metavar="FILE", help="its YAML file (default: the linear one)")
    recipe.add_argument("--out", type=Path, metavar="FOLDER", help="where its networks are kept")
    recipe.add_argument("--test", metavar="CORPUS", help="the corpus to test (default: the configuration's)")
    recipe.add_argument("--folds", type=several, metavar="N", help="folds by speaker (default: 5)")
    add_corpora_root(recipe)  # type: ignore[arg-type]
    add_sources(recipe)  # type: ignore[arg-type]
    parser.set_defaults(run=_evaluate)


def _evaluate(args: argparse.Namespace) -> int:
    given = _OF_RECIPE if args.model is not None else _OF_FILE
    for option in given:
        if getattr(args, option) is not None:  # `--degrade` alone is [], and means all of the grid
            name = f"--{option.replace('_', '-')}"
            raise CallError(
                f"{name} is for the training recipe: it does not go with --model."
                if given is _OF_RECIPE
                else f"{name} judges a model file: name it with --model."
            )
    judge = _evaluate_recipe if args.model is None else _evaluate_file
    if args.report is None:
        return judge(args)
    from desktop_app.core.safe_files import make_folder

    there = args.report.exists()
    make_folder(args.report)  # what cannot be written is told before hours of work
    try:
        return judge(args)
    finally:
        with suppress(OSError):
            if not there:
                args.report.rmdir()  # only if nothing was written


def _evaluate_file(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from desktop_app.core.label_set import LabelSet
    from models.evaluation.file_evaluation import file_evaluation, judge_corpus
    from models.evaluation.model_file import load_classifier
    from models.evaluation.noise_bank import NoiseBank

    options, folder = _options(args)
    sources = judged_sources(args)
    engine = load_classifier(args.model)
    try:
        if args.labels is not None:
            options = replace(options, labels=LabelSet.of(engine.labels, args.labels).labels)
        sources = limited(sources, args.limit, [engine])
        noise = None if folder is None else NoiseBank.load(folder, "all", engine.sample_rate)
        if engine.sample_rate != options.noise.sample_rate:
            options = _at_rate(options, folder, engine.sample_rate)
        with told_progress() as progress:
            judged = [judge_corpus(engine, source, options, progress) for source in sources]
            data = file_evaluation(engine, [one.row for one in judged], noise, progress)
    finally:
        engine.close()
    for one in judged:
        tell_warnings(one.row["warnings"])
    return _tell(args, data, judged)


def _evaluate_recipe(args: argparse.Namespace) -> int:
    """Cross-validate what `train` trains; a speaker-dependent figure only beside the independent one."""
    import numpy as np

    from models.corpora.base import LABELS
    from models.evaluation.cross_validation import Predict, cross_validate
    from models.evaluation.file_evaluation import SCHEMA_VERSION, Judged
    from models.evaluation.model_file import Answers
    from models.evaluation.protocols import COUNTED, SPEAKER_DEPENDENT, check_protocol, splits
    from models.training.whisper.held_out import hold_out
    from models.training.whisper.material import prepare
    from models.training.whisper.run_config import load_whisper_run

    wanted = check_protocol(args.protocol or "speaker-folds")
    if args.folds is not None and wanted not in COUNTED:
        raise CallError(f"--folds is for {' and '.join(COUNTED)}: the folds of {wanted} are fixed.")
    config = load_whisper_run(args.config or LINEAR)
    material, sources = prepare(args, config)
    folder = args.out or default_runs() / config.name
    thresholds = np.zeros(len(material.clips))

    def fit(split: Split) -> Predict:
        place = folder / folder_name(split)
        held = hold_out(material, split, config, place, sources=sources, conditions=(args.view,))
        chances = held.probabilities(args.view)
        thresholds[held.rows] = held.calibration.threshold
        return lambda _: chances

    tested = material.corpus_named(args.test or config.test_corpus)
    judged = []
    for protocol in dict.fromkeys(("speaker-folds", wanted) if wanted == SPEAKER_DEPENDENT else (wanted,)):
        plan = splits(protocol, material.clips, material.hashes, corpus=tested, count=args.folds or 5)
        tried = cross_validate(material.clips, material.hashes, plan, fit, say)
        enough = np.ones(len(tried.tested), dtype=bool)
        # A copy: the next protocol has folds with thresholds of their own.
        of_folds = thresholds[tried.rows].copy()
        answers = Answers(LABELS, tuple(tried.tested), tried.probabilities, of_folds, enough, {})
        found = answers.report(tried.protocol_told)
        row = {
            "corpus": tested if protocol == wanted else f"{tested}-{protocol}",
            "view": args.view,
            "strangers": protocol != SPEAKER_DEPENDENT,
            "warnings": [found.protocol] if protocol == SPEAKER_DEPENDENT else [],
            "left_out": {},
            "unreadable": [],
            "coverage": float(answers.certain.mean()),
            **found.to_dict(),
            "shared_answers": answers.among_shared().report(tried.protocol_told).to_dict(),
            "chosen_answers": None,
            "degradations": [],
            "noise": None,
        }
        judged.append(Judged(row, answers))
        tell_warnings(row["warnings"])
    data = {
        "schema_version": SCHEMA_VERSION,
        "model": None,
        "model_name": f"the recipe {config.name}, {wanted}",
        "labels": list(LABELS),
        "trained_on": sorted(set(material.corpora.tolist())),
        "results": [one.row for one in judged],
        "mean_uar": judged[-1].row["uar"],
        "mean_uar_shared_answers": judged[-1].row["shared_answers"]["uar"],
        "noise_only": None,
    }
    return _tell(args, data, judged)


def folder_name(split: Split) -> str:
    """What the folder of a split is called; speakers of own data may have names that no folder can have."""
    import hashlib

    name = f"{split.protocol}-{split.name}".replace(" ", "-")
    if re.fullmatch(r"[\w,.-]*[\w-]", name) and len(name.encode()) <= 120:
        return name
    return f"{split.protocol}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _tell(args: argparse.Namespace, data: dict[str, Any], judged: list[Judged]) -> int:
    """Print, then write: what cannot be written has been seen at least."""
    show(args, data, lambda: _print_evaluation(data))
    if args.report is not None:
        from models.evaluation.writing import write_evaluation

        sys.stdout.flush()
        for path in write_evaluation(args.report, data, judged):
            say(f"written: {path}")
    return EXIT_DONE


def _options(args: argparse.Namespace) -> tuple[Options, Path | None]:
    """What to try, and the folder of noise if there is one."""
    from models.corpora.registry import CORPORA_VARIABLE
    from models.evaluation.degradations import GRID
    from models.evaluation.file_evaluation import Options
    from models.evaluation.noise_bank import NoiseBank

    conditions = tuple(args.degrade or GRID) if args.degrade is not None else ()
    unknown = [name for name in conditions if name not in GRID]
    if unknown:
        raise CallError(f"There is no degradation '{unknown[0]}'.", f"It is one of: {', '.join(GRID)}.")
    folder: Path | None = args.noise
    root = os.environ.get(CORPORA_VARIABLE, "")
    if folder is None and conditions and root and (Path(root) / "noise").is_dir():
        folder = Path(root) / "noise"
    bank = NoiseBank()
    if folder is not None:
        bank = _noise(folder, bank.sample_rate)
    elif any(name.startswith("noise-") for name in conditions):
        say(f"No --noise FOLDER is given: {bank.source} is used.")
    return Options(args.view, conditions, bank, jobs_of(args)), folder


def _at_rate(options: Options, folder: Path | None, sample_rate: int) -> Options:
    from dataclasses import replace

    from models.evaluation.noise_bank import NoiseBank

    bank = NoiseBank(sample_rate=sample_rate) if folder is None else _noise(folder, sample_rate)
    return replace(options, noise=bank)


def _noise(folder: Path, sample_rate: int) -> NoiseBank:
    """What no training mixes in; of a folder so small that none of it is kept back, everything."""
    from models.evaluation.noise_bank import NoiseBank, is_held_out

    everything = NoiseBank.load(folder, "all", sample_rate)
    if any(is_held_out(path.stem) for path in everything.paths):
        return NoiseBank.load(folder, "held-out", sample_rate)
    say(f"None of the noise in {folder} is kept from training: all of it is used.")
    return everything


def _print_evaluation(data: dict[str, Any]) -> None:
    from models.evaluation.tables import evaluation_text

    print(evaluation_text(data), end="")
