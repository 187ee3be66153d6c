"""The file of the settings, small versioned JSON. A broken one is set aside, and told."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs

from desktop_app.audio.backends import BACKENDS
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import tr
from desktop_app.core.safe_files import WriteError, printable_path, write_text
from desktop_app.gui.state.settings import (
    CHOICES,
    DECLARATIONS,
    VERSION,
    Settings,
    checked,
    chosen_values,
    default_of,
    parts,
)

_MAX_BYTES: Final = 256 * 1024
_MOST_ASIDE: Final = 9
_MOST_TOLD: Final = 5
_LONGEST: Final = 40  # characters of a name that is no setting


def settings_path() -> Path:
    return Path(platformdirs.user_config_dir("emoscope", appauthor=False)) / "window.json"


def load(path: Path | None = None) -> Settings:
    """Settings from the file; what is missing, broken or from another version falls back to defaults.

    Whatever lies there instead of a small file of settings (a device, a pipe, something huge) is not read;
    `problem` says so, and under which name the file will be kept.
    """
    path = path if path is not None else settings_path()
    try:
        data = json.loads(_read(path).decode("utf-8"))
        if not isinstance(data, dict):
            raise ValueError("no settings")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        problem = tr("The settings '{path}' cannot be read: {why}. Defaults are in use.").format(
            path=printable_path(path), why=_why(error)
        )
        return Settings(problem=problem, aside=_free_name(path))
    except (ValueError, RecursionError):
        aside = _free_name(path)
        problem = tr(
            "The settings '{path}' are damaged. Defaults are in use; the damaged file is kept as '{aside}' "
            "when new ones are saved."
        ).format(path=printable_path(path), aside=aside)
        return Settings(problem=problem, aside=aside)
    return from_data(data)


def from_data(data: Any) -> Settings:
    """Settings from JSON values of any version; a newer one is read as far as it is understood."""
    if not isinstance(data, dict):
        return Settings()
    data = migrate(data)
    newer = isinstance(data.get("version"), int) and data["version"] > VERSION
    settings = Settings()
    unusable = _take(settings, data, DECLARATIONS)
    unknown = {name: value for name, value in data.items() if name not in DECLARATIONS and name != "version"}
    if newer:  # what is not understood of it may have a meaning there
        unknown |= {name: data[name] for name in unusable} | {"version": data["version"]}
    elif unusable:
        settings.problem = _unusable(unusable)
    settings.unknown = unknown
    return settings


def migrate(data: dict[str, Any]) -> dict[str, Any]:
    """Bring an older file forward, one version at a time."""
    data = dict(data)
    version = data.get("version", 0)
    while isinstance(version, int) and version in _MIGRATIONS:
        data = _MIGRATIONS[version](data)
        version += 1
        data["version"] = version
    return data


def _from_0(data: dict[str, Any]) -> dict[str, Any]:
    """Files without a version kept width and height apart and called the theme `dark`: yes or no."""
    width, height, dark = data.pop("width", None), data.pop("height", None), data.pop("dark", None)
    if "geometry" not in data and width is not None:
        data["geometry"] = [0, 0, width, height]
    if "theme" not in data and isinstance(dark, bool):
        data["theme"] = "dark" if dark else "light"
    return data


def _from_1(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 took any text for the sound library; the default one is empty."""
    if data.get("backend") == BACKENDS[0]:
        data["backend"] = ""
    return data


_MIGRATIONS: Final[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {0: _from_0, 1: _from_1}


def save(settings: Settings, path: Path | None = None) -> bool:
    """Write the file in one step. Returns whether that worked: a full disk must not stop the program.

    It holds what differs from the defaults, so that a better default reaches whoever has changed nothing. A
    symbolic link stays one, and a device or a pipe is never written to. A file that could not be read is kept
    beside the new one.
    """
    path = path if path is not None else settings_path()
    own = {name: getattr(settings, name) for name in DECLARATIONS}
    own = {name: value for name, value in own.items() if value != default_of(name)}
    data = {"version": VERSION, **settings.unknown, **own}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if not path.is_file():
                return False
            if settings.aside:
                target = Path(os.path.realpath(path))
                target.replace(target.with_name(settings.aside))
                settings.aside = settings.problem = ""
        write_text(path, json.dumps(data, indent=2) + "\n", "settings")
    except (OSError, ValueError, WriteError):
        return False
    return True


def export(settings: Settings, path: Path) -> None:
    """Write what a person chose, and the defaults of the rest, to a file of their own.

    Raises
    ------
    WriteError
        It cannot be written.
    """
    text = json.dumps({"version": VERSION, **chosen_values(settings)}, indent=2)
    write_text(path, text + "\n", "settings")


def read_export(path: Path) -> tuple[dict[str, Any], str]:
    """The choices in an exported file, or in another copy of the settings.

    Returns
    -------
    values : dict
        Of the settings of the page that the file names, as far as they can be used.
    problem : str
        Sentences that name what could not be used; empty if everything could.

    Raises
    ------
    EmoscopeError
        It cannot be read (``settings.read``), or nothing in it can be used (``settings.not_settings``).
    """
    name = printable_path(path.name)
    try:
        data = json.loads(_read(path).decode("utf-8"))
    except OSError as error:
        raise EmoscopeError(
            f"The settings '{name}' cannot be read: {_why(error)}.", code="settings.read"
        ) from error
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or not data.keys() & DECLARATIONS.keys():
        raise EmoscopeError(
            f"'{name}' holds no settings of Emoscope.",
            "Choose a file that “Export” on the page Settings has written.",
            code="settings.not_settings",
        )
    found = Settings()
    wanted = {part: DECLARATIONS[part] for choice in CHOICES for part in parts(choice)}
    data = migrate(data)
    unusable = _take(found, data, wanted)
    named = {part for part in wanted if part in data and part not in unusable}
    values = {name: value for name, value in chosen_values(found).items() if name in named}
    unknown = [name for name in data if name not in DECLARATIONS and name != "version"]
    if not values:
        raise EmoscopeError(
            f"Nothing in '{name}' can be used as a setting.",
            "Choose a file that “Export” on the page Settings has written.",
            code="settings.not_settings",
        )
    problem = ""
    if unusable:
        problem = tr("These settings have values that cannot be used, and stay as they are: {names}.").format(
            names=_named(unusable)
        )
    if unknown:
        told = tr("These are no settings: {names}.").format(names=_named(unknown))
        problem = f"{problem} {told}".strip()
    return values, problem


def _take(settings: Settings, data: Mapping[str, Any], names: Mapping[str, object]) -> list[str]:
    """Set what `data` has of these; returns the names of values that cannot be."""
    unusable = []
    for name in names:
        if name in data:
            try:
                setattr(settings, name, checked(name, data[name]))
            except (ValueError, OverflowError):
                unusable.append(name)
    return unusable


def _unusable(names: list[str]) -> str:
    return tr(
        "These settings have values that cannot be used, so their defaults are in use: {names}."
    ).format(names=_named(names))


def _named(names: list[str]) -> str:
    def title(name: str) -> str:
        ours = tr(DECLARATIONS[name].title) if name in DECLARATIONS else ""
        return ours or printable_path(name[:_LONGEST])

    told = ", ".join(f"“{title(name)}”" for name in names[:_MOST_TOLD])
    return f"{told} …" if len(names) > _MOST_TOLD else told


def _why(error: OSError) -> str:
    why = error.strerror or str(error)
    return f"{why[:1].lower()}{why[1:]}"


def _read(path: Path) -> bytes:
    """The file's bytes; OSError, at once, for anything but a regular file of a sensible size."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "it is not a regular file")
        content = b""
        while len(content) <= _MAX_BYTES and (more := os.read(descriptor, _MAX_BYTES + 1)):
            content += more
    finally:
        os.close(descriptor)
    if len(content) > _MAX_BYTES:
        raise OSError(0, f"it is larger than {_MAX_BYTES // 1024} KB, which settings never are")
    return content


def _free_name(path: Path) -> str:
    """The name under which a file that cannot be used is kept; of many, the last one is replaced."""
    target = Path(os.path.realpath(path))
    names = [f"{target.name}.unusable", *(f"{target.name}.unusable-{n}" for n in range(2, _MOST_ASIDE + 1))]
    return next((name for name in names if not target.with_name(name).exists()), names[-1])
