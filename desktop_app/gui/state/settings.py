"""What is remembered between runs: a small versioned JSON file. A broken one is set aside, never a crash."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from desktop_app.core.channel_choice import AUTO, ChannelChoice, Hear
from desktop_app.core.detector_choice import AUTO_DETECTOR, DETECTORS
from desktop_app.core.errors import CallError
from desktop_app.core.label_set import check_labels
from desktop_app.core.safe_files import WriteError, write_text

VERSION = 1
RECENT_RECORDINGS = 10
_MAX_BYTES = 256 * 1024


@dataclass(slots=True)
class Settings:
    """Devices are remembered by name and host API, never by index, which changes.

    Attributes
    ----------
    channel : str
        What is heard of several channels, as `ChannelChoice.parse` reads it.
    adapt : bool
        Whether voices are learnt.
    labels : list of str
        The emotions that are allowed as answers; empty for all of the model's.
    detector : str
        How speech is found, one of `DETECTORS`.
    keep_sessions, keep_session_sound : bool
        Whether live sessions are kept, and whether their sound is, too.
    told_of_sessions : bool
        That sessions are kept was said once.
    recent_recordings : list of str
        Paths of recordings that were opened, the latest first.
    backend : str
        The library that opens the microphone; empty for the default one.
    unproven_model : str
        A model file that was loaded and has not answered yet, or that has failed: if it is still here at the
        next start, it is not loaded again without asking.
    problem : str
        A sentence if the file could not be read; empty otherwise. Not saved.
    unknown : mapping
        Fields of a newer version, which are saved again as they were.
    """

    geometry: tuple[int, int, int, int] | None = None  # x, y, width, height
    device: str = ""
    host_api: str = ""
    model: str = ""
    theme: str = "auto"
    recent_models: list[str] = field(default_factory=list)
    unproven_model: str = ""
    backend: str = ""
    channel: str = str(AUTO)
    adapt: bool = True
    labels: list[str] = field(default_factory=list)
    detector: str = AUTO_DETECTOR
    keep_sessions: bool = True
    keep_session_sound: bool = False
    told_of_sessions: bool = False
    recent_recordings: list[str] = field(default_factory=list)
    problem: str = field(default="", compare=False)
    unknown: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


def settings_path() -> Path:
    return Path(platformdirs.user_config_dir("emoscope", appauthor=False)) / "window.json"


def load(path: Path | None = None) -> Settings:
    """Settings from the file; what is missing, broken or from another version falls back to defaults.

    Whatever lies there instead of a small file of settings (a device, a pipe, something huge) is not read;
    `problem` says so.
    """
    path = path if path is not None else settings_path()
    try:
        content = _read(path)
        data = json.loads(content.decode("utf-8"))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        why = error.strerror or str(error)
        why = f"{why[:1].lower()}{why[1:]}"
        return Settings(problem=f"The settings '{path}' cannot be read: {why}. Defaults are in use.")
    except (ValueError, RecursionError):
        return Settings(
            problem=f"The settings '{path}' are damaged. Defaults are in use; the damaged file is kept as "
            f"'{_set_aside(path).name}' when new ones are saved."
        )
    return from_data(data)


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


def _set_aside(path: Path) -> Path:
    """Where a file that cannot be used is kept."""
    return path.with_name(f"{path.name}.unusable")


def from_data(data: Any) -> Settings:
    """Settings from JSON values of any version; a newer one is read as far as it is understood."""
    if not isinstance(data, dict):
        return Settings()
    data = migrate(data)
    settings = Settings()
    geometry = data.get("geometry")
    if (
        isinstance(geometry, list)
        and len(geometry) == 4
        and all(isinstance(value, int) and not isinstance(value, bool) for value in geometry)
        and 200 <= geometry[2] <= 20000
        and 200 <= geometry[3] <= 20000
        and all(abs(value) <= 50000 for value in geometry[:2])
    ):
        settings.geometry = (geometry[0], geometry[1], geometry[2], geometry[3])
    for name in ("device", "host_api", "backend", "model", "unproven_model"):
        value = data.get(name)
        if isinstance(value, str) and len(value) < 4096 and "\0" not in value:
            setattr(settings, name, value)
    theme = data.get("theme")
    if isinstance(theme, str) and theme in {"auto", "light", "dark"}:
        settings.theme = theme
    settings.channel = _channel(data.get("channel"))
    for name in ("adapt", "keep_sessions", "keep_session_sound", "told_of_sessions"):
        switch = data.get(name)
        if isinstance(switch, bool):
            setattr(settings, name, switch)
    settings.labels = _labels(data.get("labels"))
    if data.get("detector") in DETECTORS:
        settings.detector = data["detector"]
    settings.recent_models = _names(data.get("recent_models"), 5)
    settings.recent_recordings = _names(data.get("recent_recordings"), RECENT_RECORDINGS)
    known = {entry.name for entry in fields(Settings)} | {"version"}
    settings.unknown = {name: value for name, value in data.items() if name not in known}
    version = data.get("version")
    if isinstance(version, int) and version > VERSION:
        settings.unknown = {**settings.unknown, "version": version}
    return settings


def _names(value: Any, most: int) -> list[str]:
    """The first of the file names in a list."""
    entries = value if isinstance(value, list) else []
    return [entry for entry in entries if isinstance(entry, str) and "\0" not in entry][:most]


def _channel(value: Any) -> str:
    """A channel that the window can hear at a time; else the default."""
    try:
        choice = ChannelChoice.parse(value) if isinstance(value, str) else AUTO
    except CallError:
        choice = AUTO
    return str(AUTO if choice.hear is Hear.EACH else choice)


def _labels(value: Any) -> list[str]:
    """Labels that can be chosen; else none, which means all."""
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        return []
    try:
        check_labels(value)
    except CallError:
        return []
    return value


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


_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_0}


def save(settings: Settings, path: Path | None = None) -> bool:
    """Write the file in one step. Returns whether that worked: a full disk must not stop the program.

    A symbolic link stays one, and a device or a pipe is never written to. A file that could not be read is
    kept beside the new one.
    """
    path = path if path is not None else settings_path()
    data = {
        "version": VERSION,
        "geometry": settings.geometry,
        "device": settings.device,
        "host_api": settings.host_api,
        "model": settings.model,
        "theme": settings.theme,
        "recent_models": settings.recent_models,
        "unproven_model": settings.unproven_model,
        "backend": settings.backend,
        "channel": settings.channel,
        "adapt": settings.adapt,
        "labels": settings.labels,
        "detector": settings.detector,
        "keep_sessions": settings.keep_sessions,
        "keep_session_sound": settings.keep_session_sound,
        "told_of_sessions": settings.told_of_sessions,
        "recent_recordings": settings.recent_recordings,
        **settings.unknown,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if not path.is_file():
                return False
            if settings.problem:
                target = Path(os.path.realpath(path))
                target.replace(_set_aside(target))
                settings.problem = ""
        write_text(path, json.dumps(data, indent=2) + "\n", "settings")
    except (OSError, ValueError, WriteError):
        return False
    return True
