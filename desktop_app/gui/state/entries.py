"""What the drop-down lists of the toolbar offer: texts and what they stand for. Knows no Qt.

An entry without a text is a line between groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from desktop_app.audio.devices import Device, shown_names
from desktop_app.core.channel_choice import AUTO, ChannelChoice, Hear
from desktop_app.core.language import tr
from desktop_app.core.safe_files import printable_path
from desktop_app.gui.state.source_choice import SourceChoice

Entries: TypeAlias = list[tuple[str, object]]

OPEN_MODEL: Final = "open"
MOST_CHANNELS: Final = 8
"""No more are offered: sound servers claim dozens."""
MOST_MODELS: Final = 40
_LINE: Final = ("", None)


def sources(devices: Sequence[Device], choice: SourceChoice, *, demo: bool = True) -> Entries:
    """The microphones, the demo if it is wanted, and what is `choice` now, also if it is gone."""
    entries: Entries = [(tr("System default"), SourceChoice())]
    for device, name in zip(devices, shown_names(devices), strict=True):
        entries.append((name, SourceChoice("microphone", device.key)))
    if choice.kind == "microphone" and choice not in {entry[1] for entry in entries}:
        entries.append((tr("{device} (not there)").format(device=choice.device), choice))
    if not demo:
        return entries
    entries += [_LINE, (tr("Demo recording"), SourceChoice("demo"))]
    if choice.kind == "file":
        entries.append((choice.title, choice))
    return entries


def models(recent: Sequence[str], in_folder: Sequence[str] = ()) -> Entries:
    """The shipped model (an empty path), files that were opened lately, those of the folder of models, and
    how to open another."""
    added = [path for path in in_folder if path not in recent]
    names = told_apart([*recent, *added])
    files: Entries = [(names[path], path) for path in recent]
    others: Entries = [(names[path], path) for path in added]
    if others:
        others.insert(0, _LINE)
    return [(tr("Shipped model"), ""), *files, *others, _LINE, (tr("Open model…"), OPEN_MODEL)]


def told_apart(paths: Sequence[str]) -> dict[str, str]:
    """What each file is called: its name, with as many folders behind it as tell it from another one."""
    names = {path: Path(path).stem for path in paths}
    for depth in range(1, max((len(Path(path).parts) for path in paths), default=0)):
        count = Counter(names.values())
        alike = [path for path in paths if count[names[path]] > 1]
        if not alike:
            break
        for path in alike:
            folder = Path(*Path(path).parent.parts[-depth:])
            names[path] = f"{Path(path).stem} ({printable_path(folder)})"
    return names


def models_of(folder: Path) -> list[str]:
    """The model files of a folder, by name, `MOST_MODELS` at the most; none if it cannot be read."""
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() == ".onnx"]
    except OSError:
        return []
    return [str(path.absolute()) for path in sorted(found)[:MOST_MODELS]]


def channels(most: int, choice: ChannelChoice) -> Entries:
    """What can be heard of sound that has `most` channels at the most, and what is `choice` now."""
    entries: Entries = [(tr("auto"), AUTO), (tr("mix"), ChannelChoice(Hear.MIX)), _LINE]
    count = max(2, min(most, MOST_CHANNELS), choice.index + 1)
    names = [tr("left"), tr("right"), *(str(number) for number in range(3, count + 1))]
    return entries + [(name, ChannelChoice(Hear.ONE, index)) for index, name in enumerate(names)]
