"""`emoscope-models`: corpora, training and honest figures."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop_app.core.types import EmoscopeError

EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED = 0, 1, 130
DEFAULT_NAME = "whisper-base-3-linear"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class _Progress:
    """A line for every tenth of a long job; nothing for what the cache already holds."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now >= self._next:
            self._next = now + 5.0
            _say(f"embedding {what}: {done} of {total}")


def _material(args: argparse.Namespace) -> Any:
    from models.training.embeddings import default_cache
    from models.training.material import TRAINING_CORPORA, find_weights, load_material

    return load_material(
        TRAINING_CORPORA,
        args.corpora,
        find_weights(args.weights),
        args.cache or default_cache(),
        _Progress(),
    )


def _line(name: str, row: dict[str, Any]) -> str:
    low, high = row["uar_interval"]
    return (
        f"{name:<22}{100 * row['uar']:>6.1f} [{100 * low:.1f}, {100 * high:.1f}]"
        f"{100 * row['accuracy']:>9.1f}{100 * row['macro_f1']:>9.1f}{row['ece']:>8.3f}"
        f"{row['clips']:>7}{row['speakers']:>9}"
    )


_HEADER = (
    f"{'':<22}{'UAR %':>6} {'95 % interval':<14}{'acc. %':>7}{'F1 %':>9}{'ECE':>8}{'clips':>7}{'speakers':>9}"
)


def _print_figures(figures: dict[str, Any]) -> None:
    print(figures["protocol"])
    print(_HEADER)
    for name, row in figures["views"].items():
        print(_line(name, row))
    for name, row in figures["corpus_left_out"].items():
        print(_line(f"without {name}", row))


def _corpora(args: argparse.Namespace) -> int:
    from models.corpora.registry import corpora_root, find_corpora, load_corpus

    found = find_corpora(corpora_root(args.corpora))
    if not found:
        _say("emoscope-models: no known corpus is in that folder.")
        return EXIT_FAILED
    for name, path in found.items():
        clips, _ = load_corpus(name, path, all_emotions=True)
        counts = Counter(clip.emotion for clip in clips)
        shown = ", ".join(f"{emotion} {count}" for emotion, count in sorted(counts.items()))
        print(f"{name}: {len(clips)} clips, {len({clip.speaker for clip in clips})} speakers ({shown})")
    return EXIT_DONE


def _train(args: argparse.Namespace) -> int:
    from export.build import build
    from export.manifest_writer import write_file
    from export.quantize import correct_bias, to_int8
    from models.training import shipping

    material = _material(args)
    figures_file = args.out / "figures.json"
    if args.figures:
        figures = json.loads(args.figures.read_text(encoding="utf-8"))
    else:
        figures = shipping.measure(material, _say).to_dict()
        shipping.write_json(figures_file, figures)
    _print_figures(figures)
    _say("fitting on every clip ...")
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


def _evaluate(args: argparse.Namespace) -> int:
    if args.model is None:
        from models.training import shipping

        figures = shipping.measure(_material(args), _say).to_dict()
        if args.json:
            print(json.dumps({"schema_version": 1, **figures}, indent=1))
        else:
            _print_figures(figures)
        return EXIT_DONE
    rows = [_judge(args.model, source, args.view) for source in args.corpus]
    if args.json:
        print(json.dumps({"schema_version": 1, "model": str(args.model), "results": rows}, indent=1))
        return EXIT_DONE
    print(_HEADER + f"{'certain':>9}")
    for row in rows:
        print(_line(row["corpus"], row) + f"{100 * row['coverage']:>7.1f} %")
    return EXIT_DONE


def _judge(model: Path, source: str, view: str) -> dict[str, Any]:
    from models.corpora.registry import load_corpus, parse_source
    from models.evaluation.model_file import judge_file
    from models.training.embeddings import VIEWS

    name, path = parse_source(source)
    clips, hashes = load_corpus(name, path)
    progress = _Progress()
    found, coverage = judge_file(
        model, clips, hashes, VIEWS[view], lambda done, total: progress(name, done, total)
    )
    return {"corpus": name, "view": view, "coverage": coverage, **found.to_dict()}


def _compare(args: argparse.Namespace) -> int:
    print(_HEADER + f"{'certain':>9}")
    for source in args.corpus:
        for model in args.models:
            row = _judge(model, source, args.view)
            print(_line(f"{row['corpus']} {model.name}"[:22], row) + f"{100 * row['coverage']:>7.1f} %")
    return EXIT_DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="emoscope-models",
        description="Train the model that ships, and measure models on voices they have never heard.",
        epilog="example:\n  export EMOSCOPE_CORPORA=~/corpora EMOSCOPE_WEIGHTS=~/weights\n"
        "  emoscope-models train --out runs/linear\n"
        "  emoscope-models evaluate --model mine.onnx --corpus emodb=~/corpora/emodb",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=f"example:\n  emoscope-models {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.add_argument(
            "--corpora", type=Path, metavar="FOLDER", help="folder of corpora (default: EMOSCOPE_CORPORA)"
        )
        return sub

    def add_sources(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--weights", type=Path, metavar="FILE", help="the encoder (default: EMOSCOPE_WEIGHTS)"
        )
        sub.add_argument("--cache", type=Path, metavar="FOLDER", help="where embeddings are kept")

    def add_view(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--view", default="whole", choices=("whole", "trimmed", "first-1s", "first-2s", "first-3s")
        )

    corpora = add("corpora", "list what a folder of corpora holds", "corpora --corpora ~/corpora")
    corpora.set_defaults(run=_corpora)
    train = add("train", "measure, fit and export the model that ships", "train --out runs/linear")
    add_sources(train)
    train.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    train.add_argument("--name", default=DEFAULT_NAME)
    train.add_argument("--figures", type=Path, metavar="FILE", help="figures.json of an earlier evaluation")
    train.set_defaults(run=_train)
    evaluate = add(
        "evaluate",
        "without --model: cross-validate the recipe; with it: judge a model file",
        "evaluate --model mine.onnx --corpus emovo=~/corpora/emovo",
    )
    add_sources(evaluate)
    evaluate.add_argument("--model", type=Path, metavar="FILE")
    evaluate.add_argument("--corpus", action="append", default=[], metavar="NAME=PATH")
    evaluate.add_argument("--json", action="store_true")
    add_view(evaluate)
    evaluate.set_defaults(run=_evaluate)
    compare = add(
        "compare", "judge several model files on the same clips", "compare a.onnx b.onnx --corpus emodb=~/e"
    )
    compare.add_argument("models", type=Path, nargs="+", metavar="FILE")
    compare.add_argument("--corpus", action="append", required=True, metavar="NAME=PATH")
    add_view(compare)
    compare.set_defaults(run=_compare)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 the work failed, 2 the call is wrong."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.command == "evaluate" and args.model is not None and not args.corpus:
        parser.error("--model needs at least one --corpus NAME=PATH")
    try:
        code: int = args.run(args)
    except EmoscopeError as error:
        _say(f"emoscope-models: {error}")
        return EXIT_FAILED
    except OSError as error:
        _say(f"emoscope-models: {error.filename}: {error.strerror}.")
        return EXIT_FAILED
    except KeyboardInterrupt:
        _say("emoscope-models: interrupted; embeddings made so far are kept.")
        return EXIT_INTERRUPTED
    return code


if __name__ == "__main__":
    sys.exit(main())
