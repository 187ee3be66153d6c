"""`emoscope-export inspect`: what a model file is, or two files side by side."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from export.commands.common import EXIT_DONE, AddCommand


def register(add: AddCommand) -> None:
    """Add the subcommand."""
    inspect = add("inspect", "describe one model file, or two side by side", "inspect x.onnx y.onnx")
    inspect.add_argument("files", type=Path, nargs="+", metavar="FILE")
    inspect.add_argument("--json", action="store_true")
    inspect.set_defaults(run=_inspect)


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
