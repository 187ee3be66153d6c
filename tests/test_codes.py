"""Failures and warnings have stable codes, on which programs and translations rest: a list says which.

Every place that gives a code is followed to the codes that it can give: constants, names of constants, local
variables, codes whose first word is put before another's end, and codes that are put in place of another's.
A place of a new form fails here until it is told how to follow it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTED = ROOT / "docs" / "codes.md"

RAISED_BY = {"profile": "read_regular", "export": "check_impostor"}
"""Whose failures get another first word: of a `ReadError` that this function raises."""
CODE_AT = {"SoundWarning": 0, "Failure": 3, "Impostor": 2}
"""Where a code stands among the arguments."""
NEVER_TOLD = {"model.interrupted"}
"""Between threads: what was asked to break off is no failure."""


@dataclass(frozen=True)
class Source:
    tree: ast.Module
    constants: dict[str, ast.expr]
    """What the names of the module stand for."""


@cache
def sources() -> tuple[Source, ...]:
    paths = [
        path for package in ("desktop_app", "export", "models") for path in (ROOT / package).rglob("*.py")
    ]
    return tuple(read(path.read_text(encoding="utf-8")) for path in sorted(paths))


def read(text: str) -> Source:
    tree = ast.parse(text)
    return Source(tree, {name: value for node in tree.body for name, value in assigned(node)})


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        yield node.targets[0].id, node.value
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
        yield node.target.id, node.value


@cache
def shared() -> dict[str, tuple[Source, ast.expr]]:
    """What is imported by name."""
    return {
        name: (source, value)
        for source in sources()
        for name, value in source.constants.items()
        if not name.startswith("_")
    }


def codes_of(source: Source) -> set[str]:
    return codes_in(source, source.tree, None) - {""}


def codes_in(source: Source, tree: ast.AST, function: ast.AST | None) -> set[str]:
    """The codes that can be given within `tree`, which is a part of `function` if that is not None."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        inside = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        found |= codes_in(source, node, inside)
    for name, value in assigned(tree):
        if name == "default_code":
            found |= follow(source, value, function)
    if not isinstance(tree, ast.Call):
        return found
    kind = tree.func.id if isinstance(tree.func, ast.Name) else ""
    given = [keyword.value for keyword in tree.keywords if keyword.arg == "code" and kind != "Notice"]
    if kind in CODE_AT and kind != "Impostor" and len(tree.args) > CODE_AT[kind]:
        given.append(tree.args[CODE_AT[kind]])
    return found.union(*(follow(source, value, function) for value in given))


def follow(  # noqa: PLR0911 - a case for each form
    source: Source, value: ast.expr, function: ast.AST | None
) -> set[str]:
    """The codes that an expression can have; none for one that hands on what was given elsewhere."""
    match value:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=other):
            return follow(source, body, function) | follow(source, other, function)
        case ast.JoinedStr(values=[ast.Constant(value=str(first)), ast.FormattedValue(value=end)]):
            return {first + code for code in ends(source, end)}
        case ast.Call(func=ast.Attribute(attr="replace"), args=[ast.Constant(value=str(old)), new, *_]):
            (first,) = follow(source, new, function)
            raised = raises(RAISED_BY[first.removesuffix(".")])
            return {first + code.removeprefix(old) for code in raised if code.startswith(old)}
        case ast.Name(id=name) if name.lstrip("_").isupper():
            where, meant = (source, source.constants[name]) if name in source.constants else shared()[name]
            return follow(where, meant, None)
        case ast.Name(id=name):
            return local(source, name, function)
        case ast.Attribute(attr="code") | ast.Subscript(slice=ast.Constant(value="code")):
            return set()
    pytest.fail(f"Unknown how to follow the code {ast.unparse(value)}")


def local(source: Source, name: str, function: ast.AST | None) -> set[str]:
    """Of a local variable: what is put there, and what is looked up by it in a table on the spot."""
    found: set[str] = set()
    for node in ast.walk(function) if function is not None else ():
        for target, value in assigned(node):
            if target == name:
                found |= follow(source, value, function)
        match node:
            case ast.Subscript(value=ast.Dict(keys=keys), slice=ast.Name(id=key)) if key == name:
                found |= {text for at in keys if at is not None for text in follow(source, at, function)}
    return found


def ends(source: Source, end: ast.expr) -> set[str]:
    """What is put behind a first word."""
    match end:
        case ast.Attribute(value=ast.Name(id="found" | "other"), attr="code"):
            return impostors()
        case ast.Attribute(value=ast.Name(id="warning"), attr="code"):
            where, codes = shared()["INCOMPLETE_CODES"]
            return {
                code
                for name in ast.walk(codes)
                if isinstance(name, ast.Name) and name.id.isupper()
                for code in follow(where, name, None)
            }
    return follow(source, end, None)


@cache
def impostors() -> set[str]:
    """What lies in a file's place."""
    return {
        code
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Impostor"
        for code in follow(source, node.args[CODE_AT["Impostor"]], None)
    }


@cache
def raises(name: str) -> set[str]:
    return {
        code
        for source in sources()
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and node.name == name
        for code in codes_in(source, node, node)
    }


def listed() -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", LISTED.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_list_is_exactly_what_can_be_told() -> None:
    told = set().union(*map(codes_of, sources())) - NEVER_TOLD
    assert sorted(told - set(listed())) == [], "these are not in docs/codes.md"
    assert sorted(set(listed()) - told) == [], "nothing tells these any more"
    assert len(listed()) == len(set(listed()))


@pytest.mark.parametrize(
    "text",
    [
        "raise ModelError('', code='model.new')",
        "class NewError(Exception):\n    default_code: ClassVar[str] = 'model.new'",
        "_NEW = 'model.new'\nraise ModelError('', code=_NEW)",
        "def fail():\n    code = 'model.new' if late else ''\n    tell(Failure('', '', True, code))",
        "SoundWarning('model.new', '')",
        "def warn(code):\n    SoundWarning(code, {'model.new': ''}[code])",
    ],
)
def test_a_code_is_found_however_it_is_given(text: str) -> None:
    assert codes_of(read(text)) == {"model.new"}


def test_codes_are_words_parted_by_dots() -> None:
    assert [code for code in listed() if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", code)] == []
