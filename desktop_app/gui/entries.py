"""What the drop-down lists of the toolbar offer: texts and what they stand for. Knows no Qt.

An entry without a text is a line between groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from desktop_app.audio.devices import Device, shown_names
from desktop_app.gui.source_choice import SourceChoice

Entries: TypeAlias = list[tuple[str, object]]

OPEN_MODEL: Final = "open"
_LINE: Final = ("", None)


def sources(devices: Sequence[Device], choice: SourceChoice) -> Entries:
    """The microphones, the demo, and what is `choice` now, also if it is gone."""
    entries: Entries = [("System default", SourceChoice())]
    for device, name in zip(devices, shown_names(devices), strict=True):
        entries.append((name, SourceChoice("microphone", device.key)))
    if choice.kind == "microphone" and choice not in {entry[1] for entry in entries}:
        entries.append((f"{choice.device} (not there)", choice))
    entries += [_LINE, ("Demo recording", SourceChoice("demo"))]
    if choice.kind == "file":
        entries.append((choice.title, choice))
    return entries


def models(recent: Sequence[str]) -> Entries:
    """The shipped model (an empty path), files that were opened lately, and how to open another."""
    files = [(Path(path).stem, path) for path in recent]
    return [("Shipped model", ""), *files, _LINE, ("Open model…", OPEN_MODEL)]
