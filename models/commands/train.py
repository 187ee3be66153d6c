"""`emoscope-models train`: from the corpora to a model file, with figures on speakers it has not met."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from models.commands.common import Progress, add_corpora_root, add_sources, print_figures


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = (
        "A run that was stopped goes on where it was. Noise for training and for the conditions is taken\n"
        "from --noise, or from the folder noise in EMOSCOPE_CORPORA, and made if there is none.\n\n"
        "example:\n  emoscope-models train models/recipes/whisper-linear.yaml --out runs/linear"
    )
    parser.add_argument("config", type=Path, metavar="CONFIG.yaml")
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
    from export.build import build
    from export.manifest_writer import write_file
    from export.quantization.quantize import correct_bias, to_int8
    from export.sources.checkpoint import save_checkpoint
    from models.experiments import figures as measured
    from models.recipes.recipe import load_whisper_run
    from models.training import shipping
    from models.training.sources import prepare

    config = load_whisper_run(args.config)
    make_folder(args.out)  # what cannot be written is told before hours of work
    material, sources = prepare(args, config, Progress())
    if args.figures:
        figures: dict[str, Any] = shipping.read_figures(args.figures)
    else:
        figures = {
            "protocol": shipping.protocol_of(material, config),
            **measured.cross_validation(material, config, args.out / "held-out", sources, say),
            "corpus_left_out": measured.corpora_left_out(
                material, config, args.out / "held-out", sources, say
            ),
        }
        shipping.write_json(args.out / "figures.json", figures)
    print_figures(figures)
    model = shipping.fit_final(material, config, args.out / "final", sources)
    model = shipping.calibrate(model, shipping.calibration_of(figures))
    facts = shipping.manifest_facts(material, config, figures)
    save_checkpoint(args.out / "checkpoint", model, facts)
    content, exporter, found = build(args.out / "checkpoint")
    write_file(content, args.out / f"{config.name}.onnx")
    small = correct_bias(content, to_int8(content).content, shipping.sample_waveforms(material))
    write_file(small, args.out / f"{config.name}.int8.onnx")
    print(
        f"temperature {facts['temperature']:.3f}, uncertain below {facts['abstain_below']:.3f}\n"
        f"{exporter} exporter, logits within {found.parity:.1g} of torch's\n"
        f"{args.out / config.name}.onnx {len(content) / 1e6:.1f} MB, "
        f".int8.onnx {len(small) / 1e6:.1f} MB"
    )
    return EXIT_DONE
