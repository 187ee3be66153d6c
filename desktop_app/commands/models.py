"""`emoscope models`: the model files at hand, and what each says of itself."""

from __future__ import annotations

import argparse
from typing import Any

from desktop_app.command_line.output import console, tell, utf8_stdout
from desktop_app.core.safe_files import printable_path
from desktop_app.inference.model_library import ListedModel, ModelLibrary

SCHEMA_VERSION = 1


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.description = (
        "List the model that ships and those of the model folder, by what their files say. None is run."
    )
    parser.add_argument("--folder", metavar="FOLDER", help="instead of the model folder")
    parser.add_argument("--json", action="store_true", help="print JSON to stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Returns the exit code: 0, also if some cannot be used; a folder that is not readable raises."""
    from pathlib import Path

    library = ModelLibrary(Path(args.folder) if args.folder else None)
    models = library.models()
    if args.json:
        from desktop_app.analysis.report import to_json

        listed = {
            "schema_version": SCHEMA_VERSION,
            "folder": printable_path(library.folder),
            "models": [_data(model) for model in models],
        }
        utf8_stdout().write(to_json(listed))
    else:
        _show(models)
        tell(f"Models that are added lie in {printable_path(library.folder)}.")
    for model in models:
        if model.problem:
            tell(f"'{printable_path(model.path)}' cannot be used. {model.problem}")
    return 0


def _data(model: ListedModel) -> dict[str, Any]:
    return {
        "path": printable_path(model.path),
        "origin": str(model.origin),
        "bytes": model.size,
        "problem": model.problem or None,
        "manifest": None if model.manifest is None else model.manifest.to_dict(),
    }


def _show(models: list[ListedModel]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in ("name", "file", "answers", "UAR", "licence", "MB"):
        table.add_column(column, justify="right" if column in {"UAR", "MB"} else "left", overflow="fold")
    for model in models:
        manifest = model.manifest
        if manifest is None:
            continue
        uar = manifest.metrics.uar
        table.add_row(
            Text(manifest.name),
            Text(printable_path(model.path.name)),
            Text(", ".join(manifest.labels)),
            "-" if uar is None else f"{100 * uar:.1f}",
            Text(manifest.licence),
            f"{model.size / 1e6:.1f}",
        )
    console().print(table)
