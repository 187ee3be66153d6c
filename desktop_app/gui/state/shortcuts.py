"""Which keys do what: the usual ones and a person's own, and what is in the way of a choice. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_app.core.language import mark, tr

_MODIFIERS = {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift", "meta": "Meta"}
_LONGEST = 12  # of the name of a key
FOR_CONTROLS = ("Tab", "Shift+Tab", "Return", "Enter", "Up", "Down", "Left", "Right", "Backspace")
"""Keys that every control needs itself."""
OF_PAGES = {
    "F10": mark("{keys} opens the menu and cannot be chosen."),
    "F2": mark("{keys} renames and writes notes, and cannot be chosen."),
    "N": mark("{keys} writes a note and cannot be chosen."),
    "Del": mark("{keys} deletes what is chosen and cannot be chosen."),
    **{str(digit): mark("{keys} corrects a label and cannot be chosen.") for digit in range(1, 10)},
}
"""Keys that the window and its pages use beside those of commands."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Why keys cannot be chosen.

    Attributes
    ----------
    keys : str
    command : str
        The name of the command that has them; empty if none does.
    use : str
        What else they are for, a sentence with a place for `keys`; empty if a command has them.
    """

    keys: str
    command: str = ""
    use: str = ""


def normal_keys(keys: str) -> str:
    """One spelling of the same keys, as `QKeySequence` writes them: `shift+ctrl+o` is `Ctrl+Shift+O`.

    Raises
    ------
    ValueError
        Nothing, or a modifier alone, or a modifier that there is not.
    """
    text = keys.strip()
    if not text:
        return ""
    *before, key = text.split("+")
    if not key and (text == "+" or text.endswith("++")):  # the plus itself
        before, key = [each for each in before if each], "+"
    found = {_MODIFIERS.get(each.strip().lower()) for each in before}
    key = key.strip()
    if None in found or not key or len(key) > _LONGEST or key.lower() in _MODIFIERS:
        raise ValueError("keys such as Ctrl+O")
    shown = key.upper() if len(key) == 1 else key[0].upper() + key[1:]
    return "+".join([*(name for name in _MODIFIERS.values() if name in found), shown])


def keys_of(usual: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The keys of each command: a person's own, else the usual ones that no other command was given.

    Whatever a file says, no keys of one's own do two things.

    Parameters
    ----------
    usual : mapping
        Keys by the names of all commands, empty for none.
    own : mapping
        As in the settings; names that are no command's are left out.
    """
    given: dict[str, str] = {}
    for name, keys in own.items():
        free = keys not in FOR_CONTROLS and keys not in OF_PAGES and keys not in given.values()
        if name in usual and (free or not keys):
            given[name] = keys
    used = {keys for keys in given.values() if keys}
    return {name: given.get(name, "" if keys in used else keys) for name, keys in usual.items()}


def taken(keys: str, command: str, usual: Mapping[str, str], own: Mapping[str, str]) -> Taken | None:
    """What keeps `command` from having these keys; None if nothing does."""
    if not keys:
        return None
    if keys in FOR_CONTROLS:
        return Taken(keys, use=tr("{keys} is for moving between controls and working them."))
    if keys in OF_PAGES:
        return Taken(keys, use=tr(OF_PAGES[keys]))
    for name, others in keys_of(usual, {k: v for k, v in own.items() if k != command}).items():
        if name != command and others == keys:
            # Space is one key for several pages, but each command of them can be given another one.
            return None if usual.get(command) == keys == usual.get(name) else Taken(keys, command=name)
    return None
