"""`emoscope-export inspect`: what a model file is, or two files side by side."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from itertools import zip_longest
from pathlib import Path
from typing import Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.core.emotion_names import told
from desktop_app.core.errors import CallError
from desktop_app.inference.manifest_rules import TEXT
from export.commands.progress import progress_bar


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="one file or two")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_inspect)


def _inspect(args: argparse.Namespace) -> int:
    from export.inspect import describe, differences

    if len(args.files) > 2:
        raise CallError(f"inspect takes one file or two, and {len(args.files)} were given.")
    with progress_bar() as progress:
        described = [describe(path, progress) for path in args.files]
    if args.json:
        compared = {"differences": differences(*described)} if len(described) == 2 else {}
        print(json.dumps({"schema_version": 1, "files": described, **compared}, indent=1))
        return EXIT_DONE
    names = (
        sorted({name for facts in described for name in facts["operators"]}) if len(described) == 2 else []
    )
    columns = [_rows(facts, names) for facts in described]
    _print(columns, _width(len(columns)))
    return EXIT_DONE


def _width(columns: int) -> int:
    """Characters for each column of values."""
    full = shutil.get_terminal_size((110, 24)).columns if sys.stdout.isatty() else 110
    return max(20, (full - 22) // columns - 2)


def _print(columns: list[dict[str, str]], width: int) -> None:
    names = list(dict.fromkeys(name for column in columns for name in column))
    longest = max(map(len, names))
    differ = False
    for name in names:
        values = [column.get(name, "-") for column in columns]
        other = len(set(values)) > 1
        differ |= other
        wrapped = [textwrap.wrap(value, width) or [""] for value in values]
        for number, line in enumerate(zip_longest(*wrapped, fillvalue="")):
            head = f"{'*' if other and number == 0 else ' '} {name if number == 0 else '':<{longest}}"
            print("  ".join([head, *(f"{part:<{width}}" for part in line)]).rstrip())
    if differ:
        print("* differs")


def _rows(facts: dict[str, Any], names: list[str]) -> dict[str, str]:
    """What is printed of a file; a row for each operator of `names`, or all of its own in one row."""
    macs, times = facts["macs"], facts["milliseconds"]
    rows = {
        "file": facts["path"],
        **_manifest_rows(facts["manifest"] or {}),
        "size": f"{facts['bytes'] / 1e6:.2f} MB",
        "parameters": f"{facts['parameters'] / 1e6:.3f} M",
        "precision": facts["precision"],
        "inputs": _shapes(facts["inputs"]),
        "optional inputs": _shapes(facts["optional_inputs"]),
        "outputs": _shapes(facts["outputs"]),
        "opset": ", ".join([str(facts["opset"]), *facts["domains"]]),
        "producer": facts["producer"] or "-",
        "operations, 3 s": f"{macs / 1e9:.3f} G multiply-adds" if macs is not None else "-",
        **{f"time, {length}": f"{ms:.2f} ms" for length, ms in times.items()},
    }
    operators = facts["operators"]
    rows["operators"] = str(sum(operators.values()))
    if names:
        rows |= {f"  {name}": str(operators.get(name, "-")) for name in names}
    else:
        rows["operators"] += f": {', '.join(f'{name} {count}' for name, count in operators.items())}"
    rows["note"] = facts["note"] or "-"
    return rows


def _manifest_rows(manifest: dict[str, Any]) -> dict[str, str]:
    if not manifest:
        return {}
    if manifest.get("kind") == TEXT:
        return _text_rows(manifest)
    trained, metrics, test = manifest["trained_on"], manifest["metrics"], manifest["self_test"]
    dimensions = manifest.get("kind") == "dimensions"
    return {
        "name": manifest["name"],
        "kind": manifest.get("kind", "classes"),
        **_what(manifest, dimensions=dimensions),
        "sample rate": f"{manifest['sample_rate']} Hz",
        "made for": f"{manifest['min_seconds']:g} to {manifest['max_seconds']:g} s",
        **(
            {}
            if dimensions
            else {
                "temperature": f"{manifest['temperature']:.4g}",
                "uncertain below": f"{manifest['abstain_below']:.4g}",
            }
        ),
        "trained on": ", ".join(trained["corpora"]) or "not known",
        "speakers": str(trained["speakers"] or "not known"),
        "split": trained["split_sha256"] or "-",
        **_figures(metrics),
        "licence": manifest["licence"],
        "created": manifest["created"],
        "source": manifest["source_sha256"],
        "self-test": f"{test['signal']}, {test['seconds']:g} s, within {test['tolerance']:g}",
        f"self-test {'values' if dimensions else 'logits'}": ", ".join(
            f"{logit:.4f}" for logit in test["logits"]
        ),
        "format": str(manifest["format_version"]),
    }


def _text_rows(manifest: dict[str, Any]) -> dict[str, str]:
    trained, test = manifest["trained_on"], manifest["self_test"]
    return {
        "name": manifest["name"],
        "kind": "text, read with --text-model",
        "labels": ", ".join(manifest["labels"]),
        "its own labels": told(manifest["source_labels"]),
        "trained for": manifest["problem"].replace("_", " "),
        "languages": ", ".join(manifest["languages"]) or "not known",
        "made for": f"at most {manifest['max_tokens']} tokens",
        "temperature": f"{manifest['temperature']:.4g}",
        "trained on": ", ".join(trained["corpora"]) or "not known",
        "texts": str(trained["texts"] or "not known"),
        "split": trained["split_sha256"] or "-",
        **_figures(manifest["metrics"]),
        "licence": manifest["licence"],
        "created": manifest["created"],
        "source": manifest["source_sha256"],
        "tokenizer": manifest["tokenizer_sha256"],
        "self-test": f"'{test['text']}', {len(test['tokens'])} tokens, within {test['tolerance']:g}",
        "self-test logits": ", ".join(f"{logit:.4f}" for logit in test["logits"]),
        "format": str(manifest["format_version"]),
    }


def _figures(metrics: dict[str, Any]) -> dict[str, str]:
    figures = {"UAR": metrics["uar"], "accuracy": metrics["accuracy"], "ECE": metrics["ece"]}
    return {
        "measured": metrics["protocol"],
        "figures": ", ".join(
            f"{name} {'not measured' if value is None else f'{value:.4f}'}" for name, value in figures.items()
        ),
    }


def _what(manifest: dict[str, Any], *, dimensions: bool) -> dict[str, str]:
    """The labels, or the dimensions with their scales."""
    if not dimensions:
        return {"labels": ", ".join(manifest["labels"])}
    scales = zip(manifest["labels"], manifest["ranges"], strict=True)
    return {"dimensions": ", ".join(f"{name} ({low:g} to {high:g})" for name, (low, high) in scales)}


def _shapes(values: dict[str, list[Any]]) -> str:
    return ", ".join(f"{name} [{', '.join(map(str, shape))}]" for name, shape in values.items()) or "-"
