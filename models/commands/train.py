"""`emoscope-models train`: from the corpora to a model file, with figures on speakers it has not met."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.core.errors import CallError
from desktop_app.core.safe_files import printable_path
from models.commands.common import (
    Progress,
    add_corpora_root,
    add_sources,
    add_speakers,
    folder_settings,
    print_figures,
)
from models.errors import TrainingError

if TYPE_CHECKING:
    from models.commands.train_telling import Telling
    from models.recipes.recipe import Recipe


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = (
        "A run that was stopped goes on where it was. Noise for training and for the conditions is taken\n"
        "from --noise, or from the folder noise in EMOSCOPE_CORPORA, and made if there is none.\n\n"
        "examples:\n  emoscope-models train models/recipes/random-forest.yaml --out runs/forest\n"
        "  emoscope-models train models/recipes/random-forest.yaml --data folder=~/mine --out runs/mine\n"
        "  emoscope-models train models/recipes/text/minilm-head.yaml --texts mine=texts.csv --out runs/text"
    )
    parser.add_argument("recipe", type=Path, metavar="RECIPE.yaml")
    add_corpora_root(parser)
    add_sources(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help="recordings of noise")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="figures.json of an earlier run")
    own = parser.add_argument_group("in place of what the recipe says")
    own.add_argument(
        "--data", nargs="+", metavar="NAME=PATH", help="learn from these; own data is folder=PATH"
    )
    own.add_argument("--test", default="", metavar="NAME", help="the corpus of the figures")
    own.add_argument("--name", default="", metavar="NAME", help="of the model and its file")
    own.add_argument(
        "--texts",
        nargs="+",
        metavar="NAME=FILE",
        help="recipe of the family text: labelled texts to learn from",
    )
    own.add_argument(
        "--test-texts", nargs="+", metavar="NAME=FILE", help="the same: other labelled texts to be judged on"
    )
    add_speakers(own)
    own.add_argument(
        "--without-speakers",
        action="store_true",
        help="part clips at random, whoever speaks: the figures say that they are of known voices",
    )
    follow = parser.add_argument_group("for programs")
    follow.add_argument("--jsonl", metavar="-|FILE", help="events as JSON lines, see docs/recipes.md")
    follow.add_argument("--overwrite", action="store_true", help="replace the file of --jsonl if it is there")
    follow.add_argument(
        "--control",
        action="store_true",
        help="take pause, resume and cancel as lines on stdin; its end cancels",
    )
    parser.set_defaults(run=_train)


def _train(args: argparse.Namespace) -> int:
    from models.recipes.text_recipe import is_text_recipe

    if is_text_recipe(args.recipe):
        from models.commands.train_text import train_text

        train_text(args)
        return EXIT_DONE
    if args.texts or args.test_texts:
        raise CallError("--texts and --test-texts are for a recipe of the family text.")
    # Before torch is there: a worker beside the trainer must not take its processor.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from models.commands.train_telling import telling

    with telling(args, args.out) as told:
        from models.recipes.recipe import load_recipe

        recipe = load_recipe(args.recipe, name=args.name, corpora=args.data or (), test=args.test)
        told.begin(args, recipe)
        (_train_whisper if recipe.model.of.fitted_by == "whisper" else _train_any)(args, recipe, told)
    return EXIT_DONE


def _train_any(args: argparse.Namespace, recipe: Recipe, told: Telling) -> None:
    from export.build import build_source
    from export.manifest_writer import write_file
    from models.commands.train_telling import data_facts, figure, matrix_of
    from models.commands.trained_source import source_of
    from models.training import shipping
    from models.training.fit_calibrated import train
    from models.training.held_out import measure
    from models.training.sources import workshop_of

    follower = told.follower
    workshop = workshop_of(
        args,
        recipe,
        settings=folder_settings(args),
        by_clips=args.without_speakers,
        follower=follower,
        say=told.say,
    )
    table = workshop.table
    data = data_facts(table.clips, table.voice_names, by_clips=table.by_clips, left_out=table.left_out)
    follower.tell("data", **data)
    if args.figures:
        figures = shipping.read_figures(args.figures)
        follower.plan(1)
    else:
        figures = measure(recipe, workshop, args.out)
        shipping.write_json(args.out / "figures.json", figures)
    follower.tell("measured", **matrix_of(figures), **figure(figures))
    print_figures(figures)
    told.say("training on every speaker ...")
    follower.begin_fit("everyone", "everyone", clips=len(table.clips), speakers=table.voices())
    model = train(recipe, workshop, None, args.out)
    follower.end_fit()
    facts = shipping.manifest_facts(table, recipe.name, figures, model.calibration)
    follower.note("making the file ...")
    built = build_source(source_of(model, recipe, table.labels, facts))
    path = args.out / f"{recipe.name}.onnx"
    write_file(built.content, path)
    follower.tell(
        "exported",
        file=printable_path(path.resolve()),
        bytes=len(built.content),
        exporter=built.exporter,
        parity=built.verification.parity,
        temperature=facts["temperature"],
        abstain_below=facts["abstain_below"],
    )
    told.finish(path, figure(figures))
    print(
        f"temperature {facts['temperature']:.3f}, uncertain below {facts['abstain_below']:.3f}\n"
        f"{built.exporter} exporter, logits within {built.verification.parity:.1g} of the trained model's\n"
        f"{path} {len(built.content) / 1e6:.1f} MB"
    )


def _train_whisper(args: argparse.Namespace, recipe: Recipe, told: Telling) -> None:
    from export.build import build
    from export.manifest_writer import write_file
    from export.quantization.quantize import correct_bias, to_int8
    from export.sources.checkpoint import save_checkpoint
    from models.commands.train_telling import data_facts, figure, matrix_of
    from models.experiments import figures as measured
    from models.training import shipping
    from models.training.held_out import fold_count, tell_fewer
    from models.training.whisper.material import prepare
    from models.training.whisper.run_config import whisper_run
    from models.training.whisper.shipping import (
        calibrate,
        calibration_of,
        fit_final,
        protocol_of,
        sample_waveforms,
    )

    config = whisper_run(recipe)
    if args.without_speakers:
        raise TrainingError(
            "The family whisper learns from several speakers: it has no --without-speakers.",
            "Take a recipe of another family.",
        )
    follower, progress = told.follower, Progress()

    def embedded(what: str, done: int, total: int) -> None:
        progress(what, done, total)
        follower.step(f"embedding {what}", done, total)

    material, sources = prepare(
        args, config, embedded, settings=folder_settings(args), say=told.say, follower=follower
    )
    voices = [clip.speaker for clip in material.clips]
    follower.tell("data", **data_facts(material.clips, voices, left_out=material.left_out))
    if args.figures:
        figures: dict[str, Any] = shipping.read_figures(args.figures)
        follower.plan(1)
    else:
        count = fold_count(recipe, material)
        tell_fewer(recipe, count, material, told.say)
        config = config.model_copy(update={"folds": count})
        follower.plan(measured.fits_of(material, config) + 1)
        figures = {
            "protocol": protocol_of(material, config),
            **measured.cross_validation(material, config, args.out / "held-out", sources, told.say),
            "corpus_left_out": measured.corpora_left_out(
                material, config, args.out / "held-out", sources, told.say
            ),
        }
        shipping.write_json(args.out / "figures.json", figures)
    follower.tell("measured", **matrix_of(figures), **figure(figures))
    print_figures(figures)
    speakers = len(set(material.speakers.tolist()))
    follower.begin_fit("everyone", "everyone", clips=len(material.clips), speakers=speakers)
    model = fit_final(material, config, args.out / "final", sources)
    follower.end_fit()
    calibration = calibration_of(figures)
    model = calibrate(model, calibration)
    facts = shipping.manifest_facts(material, config.name, figures, calibration)
    follower.note("making the file ...")
    save_checkpoint(args.out / "checkpoint", model, facts)
    content, exporter, found = build(args.out / "checkpoint")
    path = args.out / f"{config.name}.onnx"
    write_file(content, path)
    small = correct_bias(content, to_int8(content).content, sample_waveforms(material))
    write_file(small, args.out / f"{config.name}.int8.onnx")
    follower.tell(
        "exported",
        file=printable_path(path.resolve()),
        bytes=len(content),
        exporter=exporter,
        parity=found.parity,
        temperature=facts["temperature"],
        abstain_below=facts["abstain_below"],
    )
    told.finish(path, figure(figures))
    print(
        f"temperature {facts['temperature']:.3f}, uncertain below {facts['abstain_below']:.3f}\n"
        f"{exporter} exporter, logits within {found.parity:.1g} of torch's\n"
        f"{path} {len(content) / 1e6:.1f} MB, "
        f".int8.onnx {len(small) / 1e6:.1f} MB"
    )
