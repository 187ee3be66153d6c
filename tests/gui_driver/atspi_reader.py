"""Read what programs tell assistive technology: run by the system's Python, which has the bindings of AT-SPI.

    /usr/bin/python3 atspi_reader.py

Takes one JSON object a line on stdin and answers each with one on stdout:

    {"tree": "emoscope"}                      the visible part of the application's tree, as a list of nodes
    {"press": [0, 2, 1], "of": "emoscope"}    do the first action of the node at this path

A node is {"path", "role", "name", "description", "states", "text", "value", "extents", "actions"}; `extents`
are x, y, width and height on the screen in pixels. An answer without a result is {"error": sentence}.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

STATES = ("FOCUSED", "ENABLED", "CHECKED", "SELECTED", "SHOWING", "EDITABLE", "EXPANDED", "CHECKABLE")
DEEPEST = 40
MOST_CHILDREN = 400  # of a table with very many rows, the first


def application(name: str) -> Any:
    desktop = Atspi.get_desktop(0)
    found = [desktop.get_child_at_index(k) for k in range(desktop.get_child_count())]
    fitting = [one for one in found if one is not None and one.get_name().lower() == name.lower()]
    return fitting[-1] if fitting else None


def states_of(node: Any) -> list[str]:
    held = node.get_state_set()
    return [state for state in STATES if held.contains(getattr(Atspi.StateType, state))]


def told(node: Any, path: list[int]) -> dict[str, Any]:
    """One node as plain values."""
    interfaces = set(node.get_interfaces())
    found: dict[str, Any] = {
        "path": path,
        "role": node.get_role_name(),
        "name": node.get_name() or "",
        "description": node.get_description() or "",
        "states": states_of(node),
        "text": "",
        "value": None,
        "extents": [0, 0, 0, 0],
        "actions": [],
    }
    if "Text" in interfaces:
        text = node.get_text_iface()
        found["text"] = Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text))
    if "Value" in interfaces:
        found["value"] = node.get_value_iface().get_current_value()
    if "Component" in interfaces:
        place = node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        found["extents"] = [place.x, place.y, place.width, place.height]
    if "Action" in interfaces:
        actions = node.get_action_iface()
        found["actions"] = [actions.get_action_name(k) for k in range(actions.get_n_actions())]
    return found


def walk(node: Any, path: list[int], nodes: list[dict[str, Any]]) -> None:
    """Add the node and what is visible beneath it."""
    try:
        one = told(node, path)
    except GLib.Error:  # it went away meanwhile
        return
    if path and "SHOWING" not in one["states"]:
        return
    nodes.append(one)
    if len(path) < DEEPEST:
        for place in range(min(node.get_child_count(), MOST_CHILDREN)):
            try:
                child = node.get_child_at_index(place)
            except GLib.Error:
                continue
            if child is not None:
                walk(child, [*path, place], nodes)


def at(root: Any, path: list[int]) -> Any:
    for place in path:
        root = root.get_child_at_index(place)
    return root


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    root = application(asked.get("tree") or asked.get("of") or "")
    if root is None:
        return {"error": "no such application"}
    root.clear_cache()
    if "press" in asked:
        return {"done": bool(at(root, asked["press"]).get_action_iface().do_action(0))}
    nodes: list[dict[str, Any]] = []
    walk(root, [], nodes)
    return {"nodes": nodes}


def main() -> None:
    for line in sys.stdin:
        try:
            found = answer(json.loads(line))
        except (GLib.Error, AttributeError) as error:
            found = {"error": str(error)}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
