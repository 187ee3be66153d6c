"""`emoscope-models recalibrate`: teach a finished model file to doubt what is unlike its training."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from models.commands.common import Progress, add_corpora_root, add_sources, count

_EXAMPLE = """\
Networks that were trained without one of the corpora each tell how far answers about strangers are to be
doubted; those that are not in the folder --held-out yet are trained, which takes hours. Corpora named with
--also are judged by the file itself, which must not have heard them. The encoder of the file stays as it is.

example:
  emoscope-models recalibrate models/recipes/whisper-tuned.yaml --out runs/doubt --draws 600 --also emotale
"""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = _EXAMPLE
    parser.add_argument("config", type=Path, metavar="CONFIG.yaml", help="how the file was trained")
    parser.add_argument("--model", type=Path, metavar="FILE", help="a model file (default: the shipped one)")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="NAME[=PATH]",
        help="a corpus that the file has not heard; may be repeated",
    )
    parser.add_argument(
        "--draws", type=count, metavar="N", help="clips an epoch for the networks without a corpus"
    )
    parser.add_argument(
        "--held-out",
        type=Path,
        metavar="FOLDER",
        help="where those networks are kept, such as runs/tuned/held-out (default: OUT/held-out)",
    )
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help="recordings of noise")
    add_corpora_root(parser)
    add_sources(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from desktop_app.core.safe_files import make_folder
    from desktop_app.inference.shipped import shipped_model
    from export.manifest_writer import with_manifest, write_file
    from export.tail import with_tail
    from export.verification.verify import verify_graph
    from models.experiments.domains import held_out_domains
    from models.experiments.model_file_study import FileStudy
    from models.training import shipping
    from models.training.whisper.file_tail import make_tail
    from models.training.whisper.material import prepare
    from models.training.whisper.recalibration import ADAPTED, cross_fitted, curve, fit, worth_of_novelty
    from models.training.whisper.run_config import load_whisper_run

    config = load_whisper_run(args.config)
    if args.draws is not None:
        config = config.model_copy(update={"fit": config.fit.model_copy(update={"draws": args.draws})})
    make_folder(args.out)  # what cannot be written is told before hours of work
    path = args.model or shipped_model()
    content = path.read_bytes()
    material, sources = prepare(args, config, Progress())
    study = FileStudy(path, args.out / "heard", sources, say)
    manifest = study.network.engine.manifest
    study.learn(material)
    held_out = args.held_out or args.out / "held-out"
    domains = study.strangers(args.also, args)
    for _, found in held_out_domains(material, config, held_out, sources, say=say):
        domains += found
    rows = cross_fitted(domains, say)
    relative = fit(domains)
    final = replace(relative, temperature=relative.temperature * manifest.temperature)
    say(f"fitted: {asdict(final)}")
    gate, of_gate = study.voice_gate(material)
    tail = make_tail(
        study.judge.head,
        study.judge.scale,
        final,
        voice_gate=gate,
        speakers=study.speaker_directions(material),
        sample_rate=study.network.sample_rate,
    )
    figures: dict[str, Any] = {
        "model": path.name,
        "calibration": asdict(final),
        "domains": rows,
        "answered_and_right": curve(domains, ADAPTED),
        "novelty": worth_of_novelty(domains, ADAPTED),
        "voice_gate": of_gate,
    }
    shipping.write_json(args.out / "recalibration.json", figures)
    graph = with_tail(content, tail)
    verify_graph(
        graph,
        manifest.sample_rate,
        len(manifest.labels),
        min_seconds=manifest.min_seconds,
        max_seconds=manifest.max_seconds,
    )
    # What was measured before is of other constants, all but the share of right answers.
    metrics = replace(
        manifest.metrics,
        ece=None,
        extra={**manifest.metrics.extra, "ece_left_out": round(left_out_ece(rows), 4)},
    )
    new = replace(
        manifest,
        metrics=metrics,
        temperature=round(final.temperature, 4),
        abstain_below=round(final.threshold, 4),
    )
    write_file(with_manifest(graph, new, tolerance=manifest.self_test.tolerance), args.out / path.name)
    for line in table(figures):
        print(line)
    return EXIT_DONE


def left_out_ece(rows: list[dict[str, Any]]) -> float:
    """The mean over corpora left out, with adaptation, by constants that were fitted without the corpus."""
    from models.training.whisper.recalibration import ADAPTED, mean_of

    return mean_of([row["views"][ADAPTED]["after"]["ece"] for row in rows if not row["known"]])


def table(figures: dict[str, Any]) -> list[str]:
    """Lines for a person: each domain and view, by constants that were fitted without its corpus."""
    from models.commands.adaptation import table as sessions_table
    from models.training.whisper.recalibration import percent

    lines = [f"{'':<34}{'UAR':>6}{'novelty':>9}   {'ECE':<15}answered, right %"]
    for row in figures["domains"]:
        lines.append(row["domain"])
        for view, found in row["views"].items():
            before, after = found["before"], found["after"]
            lines.append(
                f"  {view:<32}{100 * after['uar']:>6.1f}{found['novelty']:>9.2f}   "
                f"{before['ece']:.3f} -> {after['ece']:.3f}  {100 * before['answered']:.0f}, "
                f"{percent(before['right'])} -> {100 * after['answered']:.0f}, {percent(after['right'])}"
            )
    worth = figures["novelty"]
    lines.append(
        f"log loss of strangers: {worth['without']:.3f} without novelty, {worth['with']:.3f} with it"
    )
    return lines + [
        line
        for row in figures["domains"]
        if "sessions" in row
        for line in sessions_table({row["domain"]: row["sessions"]})
    ]
