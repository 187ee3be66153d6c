"""Failures and warnings have stable codes, on which programs and translations rest: a list says which."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LISTED = ROOT / "docs" / "codes.md"


def codes_in(tree: ast.AST) -> Iterator[str]:
    """What is given as `code=`, `default_code =`, or as the first argument of a `SoundWarning`."""
    for node in ast.walk(tree):
        if (
            (isinstance(node, ast.keyword) and node.arg == "code")
            or (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "default_code")
            or (isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "default_code")
        ):
            yield from _texts(node.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SoundWarning" and node.args:
            yield from _texts(node.args[0])


def _texts(node: ast.AST | None) -> Iterator[str]:
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
            yield part.value


def sources() -> Iterator[str]:
    for package in ("desktop_app", "export", "models"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.read_text(encoding="utf-8")


def listed() -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", LISTED.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_every_code_is_listed_once() -> None:
    used = {code for text in sources() for code in codes_in(ast.parse(text)) if not code.endswith(".")}
    assert sorted(used - set(listed()) - {"code"}) == []
    assert len(listed()) == len(set(listed()))


def test_what_is_listed_is_used() -> None:
    text = "\n".join(sources())
    # The first word of some is put in place of another's: a ReadError becomes a profile's or an export's.
    assert [code for code in listed() if not re.search(rf'["a-z_.]*\b{code.split(".")[-1]}"', text)] == []


def test_codes_are_words_parted_by_dots() -> None:
    assert [code for code in listed() if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", code)] == []
