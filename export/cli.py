"""`emoscope-export`: make, check and describe model files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop_app.core.types import EmoscopeError

EXIT_DONE, EXIT_FAILED, EXIT_WRONG_CALL, EXIT_INTERRUPTED = 0, 1, 2, 130


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _torch(args: argparse.Namespace) -> int:
    from export.build import build
    from export.manifest_writer import write_file

    _say(f"Exporting {args.checkpoint} ...")
    content, exporter, found = build(args.checkpoint)
    write_file(content, args.out)
    print(
        f"{args.out}: {len(content) / 1e6:.1f} MB by the {exporter} exporter; "
        f"logits within {found.parity:.1g} of torch's over {len(found.checks)} checks"
    )
    return EXIT_DONE


def _quantize(args: argparse.Namespace) -> int:
    from export.errors import ExportError
    from export.manifest_writer import write_file
    from export.quantize import to_int8

    try:
        content = args.file.read_bytes()
    except OSError as error:
        raise ExportError(f"{args.file} cannot be read: {error.strerror}.") from error
    result = to_int8(content)
    write_file(result.content, args.out)
    print(
        f"{args.out}: {result.bytes_before / 1e6:.1f} -> {result.bytes_after / 1e6:.1f} MB, "
        f"logits differ by up to {result.largest_difference:.2g}, "
        f"the same winner in {100 * result.same_winner:.0f} % of the probes"
    )
    return EXIT_DONE


def _verify(args: argparse.Namespace) -> int:
    from export.verify import verify_file

    found = verify_file(args.file)
    checks = (*found.checks, "manifest", "self-test")
    if args.json:
        print(
            json.dumps({"schema_version": 1, "path": str(args.file), "checks": checks, "batch": found.batch})
        )
    else:
        print(f"{args.file} holds: {', '.join(checks)}")
    return EXIT_DONE


def _inspect(args: argparse.Namespace) -> int:
    from export.inspect import describe

    described = [describe(path) for path in args.files]
    if args.json:
        print(json.dumps({"schema_version": 1, "files": described}, indent=1))
        return EXIT_DONE
    rows: dict[str, list[str]] = {}
    for facts in described:
        for key, value in _rows(facts).items():
            rows.setdefault(key, []).append(value)
    width = max(map(len, rows))
    for key, values in rows.items():
        print(f"{key:<{width}}  " + "  |  ".join(values))
    return EXIT_DONE


def _rows(facts: dict[str, Any]) -> dict[str, str]:
    manifest = facts["manifest"] or {}
    metrics = manifest.get("metrics", {})
    times = facts.get("milliseconds", {})

    def shapes(values: dict[str, list[Any]]) -> str:
        return ", ".join(f"{name} {shape}" for name, shape in values.items()) or "none"

    return {
        "file": facts["path"],
        "name": manifest.get("name", "-"),
        "labels": ", ".join(manifest.get("labels", [])) or "-",
        "size": f"{facts['bytes'] / 1e6:.1f} MB, {facts['parameters'] / 1e6:.1f} M parameters",
        "inputs": shapes(facts["inputs"]),
        "optional inputs": shapes(facts["optional_inputs"]),
        "outputs": shapes(facts["outputs"]),
        "opset": str(facts["opset"]),
        "operators": ", ".join(f"{op} {n}" for op, n in list(facts["operators"].items())[:8]),
        "time": ", ".join(f"{ms} ms for {length}" for length, ms in times.items()) or "-",
        "trained on": ", ".join(manifest.get("trained_on", {}).get("corpora", [])) or "-",
        "UAR": f"{metrics.get('uar')} ({metrics.get('protocol')})" if metrics else "-",
        "licence": manifest.get("licence", "-"),
        "note": facts["note"] or "-",
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="emoscope-export",
        description="Turn a trained model into the one verified .onnx file that the analyzer opens.",
        epilog="example:\n  emoscope-export torch runs/linear --out mine.onnx\n"
        "  emoscope-export quantize mine.onnx --to int8 --out mine.int8.onnx\n"
        "  emoscope --model mine.int8.onnx",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help_text: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=help_text,
            description=help_text,
            epilog=f"example:\n  emoscope-export {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    torch = add("torch", "export a checkpoint folder of emoscope-models train", "torch runs/x --out x.onnx")
    torch.add_argument("checkpoint", type=Path)
    torch.add_argument("--out", type=Path, required=True, metavar="FILE")
    torch.set_defaults(run=_torch)
    quantize = add("quantize", "make a file smaller and faster", "quantize x.onnx --to int8 --out y.onnx")
    quantize.add_argument("file", type=Path)
    quantize.add_argument("--to", choices=("int8",), default="int8")
    quantize.add_argument("--out", type=Path, required=True, metavar="FILE")
    quantize.set_defaults(run=_quantize)
    verify = add("verify", "check a model file by running it", "verify x.onnx")
    verify.add_argument("file", type=Path)
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)
    inspect = add("inspect", "describe one model file, or two side by side", "inspect x.onnx y.onnx")
    inspect.add_argument("files", type=Path, nargs="+", metavar="FILE")
    inspect.add_argument("--json", action="store_true")
    inspect.set_defaults(run=_inspect)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 the work failed, 2 the call is wrong."""
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except EmoscopeError as error:
        _say(f"emoscope-export: {error}")
        return EXIT_FAILED
    except KeyboardInterrupt:
        _say("emoscope-export: interrupted, nothing was written.")
        return EXIT_INTERRUPTED
    return code


if __name__ == "__main__":
    sys.exit(main())
