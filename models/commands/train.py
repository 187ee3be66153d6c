"""`emoscope-models train`: from the corpora to a model file, with figures on speakers it has not met."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from models.commands.common import Progress, add_corpora_root, add_sources, print_figures

if TYPE_CHECKING:
    from models.recipes.recipe import Recipe


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = (
        "A run that was stopped goes on where it was. Noise for training and for the conditions is taken\n"
        "from --noise, or from the folder noise in EMOSCOPE_CORPORA, and made if there is none.\n\n"
        "example:\n  emoscope-models train models/recipes/random-forest.yaml --out runs/forest"
    )
    parser.add_argument("recipe", type=Path, metavar="RECIPE.yaml")
    add_corpora_root(parser)
    add_sources(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help="recordings of noise")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="figures.json of an earlier run")
    parser.set_defaults(run=_train)


def _train(args: argparse.Namespace) -> int:
    # Before torch is there: a worker beside the trainer must not take its processor.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from desktop_app.core.safe_files import make_folder
    from models.recipes.recipe import load_recipe

    recipe = load_recipe(args.recipe)
    make_folder(args.out)  # what cannot be written is told before hours of work
    (_train_whisper if recipe.model.of.fitted_by == "whisper" else _train_any)(args, recipe)
    return EXIT_DONE


def _train_any(args: argparse.Namespace, recipe: Recipe) -> None:
    from export.build import build_source
    from export.manifest_writer import write_file
    from models.commands.trained_source import source_of
    from models.training import shipping
    from models.training.held_out import measure, train
    from models.training.sources import workshop_of

    workshop = workshop_of(args, recipe)
    if args.figures:
        figures = shipping.read_figures(args.figures)
    else:
        figures = measure(recipe, workshop, args.out)
        shipping.write_json(args.out / "figures.json", figures)
    print_figures(figures)
    say("training on every speaker ...")
    model = train(recipe, workshop, None, args.out)
    facts = shipping.manifest_facts(workshop.table, recipe.name, figures, model.calibration)
    built = build_source(source_of(model, recipe, workshop.table.labels, facts))
    path = args.out / f"{recipe.name}.onnx"
    write_file(built.content, path)
    print(
        f"temperature {facts['temperature']:.3f}, uncertain below {facts['abstain_below']:.3f}\n"
        f"{built.exporter} exporter, logits within {built.verification.parity:.1g} of the trained model's\n"
        f"{path} {len(built.content) / 1e6:.1f} MB"
    )


def _train_whisper(args: argparse.Namespace, recipe: Recipe) -> None:
    from export.build import build
    from export.manifest_writer import write_file
    from export.quantization.quantize import correct_bias, to_int8
    from export.sources.checkpoint import save_checkpoint
    from models.experiments import figures as measured
    from models.training import shipping
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
    material, sources = prepare(args, config, Progress())
    if args.figures:
        figures: dict[str, Any] = shipping.read_figures(args.figures)
    else:
        figures = {
            "protocol": protocol_of(material, config),
            **measured.cross_validation(material, config, args.out / "held-out", sources, say),
            "corpus_left_out": measured.corpora_left_out(
                material, config, args.out / "held-out", sources, say
            ),
        }
        shipping.write_json(args.out / "figures.json", figures)
    print_figures(figures)
    model = fit_final(material, config, args.out / "final", sources)
    calibration = calibration_of(figures)
    model = calibrate(model, calibration)
    facts = shipping.manifest_facts(material, config.name, figures, calibration)
    save_checkpoint(args.out / "checkpoint", model, facts)
    content, exporter, found = build(args.out / "checkpoint")
    write_file(content, args.out / f"{config.name}.onnx")
    small = correct_bias(content, to_int8(content).content, sample_waveforms(material))
    write_file(small, args.out / f"{config.name}.int8.onnx")
    print(
        f"temperature {facts['temperature']:.3f}, uncertain below {facts['abstain_below']:.3f}\n"
        f"{exporter} exporter, logits within {found.parity:.1g} of torch's\n"
        f"{args.out / config.name}.onnx {len(content) / 1e6:.1f} MB, "
        f".int8.onnx {len(small) / 1e6:.1f} MB"
    )
