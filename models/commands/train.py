"""`emoscope-models train`: from the corpora to the file that ships."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from models.commands.common import (
    EXIT_DONE,
    AddCommand,
    add_corpora_root,
    add_sources,
    load_training_material,
    print_figures,
    say,
)

DEFAULT_NAME = "whisper-base-3-linear"


def register(add: AddCommand) -> None:
    """Add the subcommand."""
    train = add("train", "measure, fit and export the model that ships", "train --out runs/linear")
    add_corpora_root(train)
    add_sources(train)
    train.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    train.add_argument("--name", default=DEFAULT_NAME)
    train.add_argument("--figures", type=Path, metavar="FILE", help="figures.json of an earlier evaluation")
    train.set_defaults(run=_train)


def _train(args: argparse.Namespace) -> int:
    from export.build import build
    from export.manifest_writer import write_file
    from export.quantize import correct_bias, to_int8
    from models.training import shipping

    material = load_training_material(args)
    figures_file = args.out / "figures.json"
    if args.figures:
        figures = json.loads(args.figures.read_text(encoding="utf-8"))
    else:
        figures = shipping.measure(material, say).to_dict()
        shipping.write_json(figures_file, figures)
    print_figures(figures)
    say("fitting on every clip ...")
    trained = shipping.fit_final(material)
    facts = shipping.manifest_facts(material, trained, figures, args.name)
    from models.training.material import find_weights

    shipping.write_checkpoint(args.out / "checkpoint", find_weights(args.weights), trained, facts)
    content, exporter, found = build(args.out / "checkpoint")
    write_file(content, args.out / f"{args.name}.onnx")
    small = correct_bias(content, to_int8(content).content, shipping.sample_waveforms(material))
    write_file(small, args.out / f"{args.name}.int8.onnx")
    print(
        f"C {trained.strength:g}, temperature {trained.temperature:.3f}, "
        f"uncertain below {trained.threshold:.3f}\n"
        f"{exporter} exporter, logits within {found.parity:.1g} of torch's\n"
        f"{args.out / args.name}.onnx {len(content) / 1e6:.1f} MB, "
        f".int8.onnx {len(small) / 1e6:.1f} MB"
    )
    return EXIT_DONE
