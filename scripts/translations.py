"""Collect the texts of the window into the translation files, and make what Qt reads of them.

    python scripts/translations.py          # update desktop_app/assets/translations/*.ts and *.qm
    python scripts/translations.py --check  # say what is missing, exit 1

A text is what stands as a literal in `tr("...")` or `mark("...")` (`desktop_app/core/language.py`) within
`desktop_app`. Translations that are there are kept; texts that are gone are removed. `lrelease` comes with
PySide6.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "desktop_app" / "assets" / "translations"
CONTEXT = "emoscope"
LANGUAGES = ("de",)


def texts() -> list[str]:
    """Every text of the source, each once, in alphabetical order."""
    found: set[str] = set()
    for path in sorted((ROOT / "desktop_app").rglob("*.py")):
        found.update(_of(ast.parse(path.read_text(encoding="utf-8")), path))
    return sorted(found)


def _of(tree: ast.AST, path: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in ("tr", "mark") or not node.args:
            continue
        yield from _literals(node.args[0])
        if node.func.id == "mark" and not list(_literals(node.args[0])):
            raise SystemExit(f"{path}:{node.lineno}: mark() takes a text, not an expression.")


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def read(path: Path) -> dict[str, str]:
    """For each text its translation, empty where there is none."""
    if not path.is_file():
        return {}
    found = {}
    for message in ElementTree.parse(path).getroot().iter("message"):  # noqa: S314 - our own file
        found[message.findtext("source", "")] = message.findtext("translation", "")
    return found


def as_ts(language: str, translations: dict[str, str]) -> str:
    """A file as Qt's tools read it."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    for source, translation in translations.items():
        message = ElementTree.SubElement(context, "message")
        ElementTree.SubElement(message, "source").text = source
        told = ElementTree.SubElement(message, "translation")
        told.text = translation
        if not translation:
            told.set("type", "unfinished")
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n'


def as_qm(ts: str) -> bytes:
    """What Qt reads of it."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "words.ts", Path(folder) / "words.qm"
        source.write_text(ts, encoding="utf-8")
        program = Path(sys.executable).with_name("pyside6-lrelease")
        subprocess.run([program, "-silent", source, "-qm", out], check=True)
        return out.read_bytes()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wanted, complete = texts(), True
    for language in LANGUAGES:
        path = FOLDER / f"emoscope_{language}.ts"
        known = read(path)
        merged = {text: known.get(text, "") for text in wanted}
        missing = [text for text, translation in merged.items() if not translation]
        for text in missing:
            print(f"{language}: not translated: {text!r}")
        print(f"{language}: {len(merged) - len(missing)} of {len(merged)} texts", file=sys.stderr)
        ts = as_ts(language, merged)
        qm = path.with_suffix(".qm")
        if check:
            current = path.is_file() and path.read_text(encoding="utf-8") == ts
            if not current or not qm.is_file() or qm.read_bytes() != as_qm(ts):
                print(f"{path.name} is not up to date: make translations")
                complete = False
        else:
            path.write_text(ts, encoding="utf-8")
            qm.write_bytes(as_qm(ts))
        complete = complete and not missing
    return 0 if complete or not check else 1


if __name__ == "__main__":
    sys.exit(main())
