"""Keys of one's own: one spelling, no two commands on the same ones, and who has them is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence

from desktop_app.gui.commands import COMMANDS
from desktop_app.gui.state.shortcuts import keys_of, normal_keys, taken

USUAL = {command.name: command.keys for command in COMMANDS}


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("shift+ctrl+o", "Ctrl+Shift+O"),
        ("q", "Q"),
        ("Ctrl++", "Ctrl++"),
        ("+", "+"),
        ("F12", "F12"),
        ("", ""),
    ],
)
def test_the_same_keys_have_one_spelling(written: str, keys: str) -> None:
    assert normal_keys(written) == keys
    assert QKeySequence(keys).toString() == keys, "Qt writes them alike"


@pytest.mark.parametrize("wrong", ["Ctrl", "Ctrl+", "Hyper+O", "Ctrl+Shift", "O" * 50])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="Ctrl"):
        normal_keys(wrong)


def test_keys_that_another_command_has_are_told_with_its_name() -> None:
    found = taken("Ctrl+E", "freeze", USUAL, {})
    assert found is not None
    assert found.command == "export"
    assert taken("Ctrl+E", "freeze", USUAL, {"export": "Ctrl+B"}) is None, "they are free then"
    own = taken("Q", "freeze", USUAL, {"jump": "Q"})
    assert own is not None
    assert own.command == "jump"


def test_keys_that_controls_need_cannot_be_had() -> None:
    for keys in ("Tab", "Return", "F10", "1", "N"):
        found = taken(keys, "freeze", USUAL, {})
        assert found is not None, keys
        assert found.use


def test_a_command_may_have_its_usual_keys_again() -> None:
    for name, keys in USUAL.items():
        assert taken(keys, name, USUAL, {name: "Ctrl+Alt+B"}) is None, name


names = st.sampled_from(sorted(USUAL))
keys = st.sampled_from(["", "Q", "F", "Ctrl+O", "Tab", "F10", "1", "Ctrl+Alt+B", "Space"])


@given(st.dictionaries(names, keys))
def test_whatever_a_file_says_no_keys_of_ones_own_do_two_things(own: dict[str, str]) -> None:
    now = keys_of(USUAL, own)
    assert now.keys() == USUAL.keys()
    given_ = [now[name] for name in own if now[name] and now[name] != USUAL[name]]
    assert len(given_) == len(set(given_))
    for name, each in now.items():
        if each in given_:
            assert own.get(name) == each
