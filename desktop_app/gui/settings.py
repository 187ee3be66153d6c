"""What is remembered between runs: a small versioned JSON file. A broken one is set aside, never a crash."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

VERSION = 1
_MAX_BYTES = 256 * 1024


@dataclass(slots=True)
class Settings:
    """Devices are remembered by name and host API, never by index, which changes."""

    geometry: tuple[int, int, int, int] | None = None  # x, y, width, height
    device: str = ""
    host_api: str = ""
    model: str = ""
    theme: str = "auto"
    recent_models: list[str] = field(default_factory=list)


def settings_path() -> Path:
    return Path(platformdirs.user_config_dir("emoscope", appauthor=False)) / "window.json"


def load(path: Path | None = None) -> Settings:
    """Settings from the file; what is missing, broken or from another version falls back to defaults."""
    path = path if path is not None else settings_path()
    try:
        if path.stat().st_size > _MAX_BYTES:
            return Settings()
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Settings()
    return from_data(data)


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
    for name in ("device", "host_api", "model"):
        value = data.get(name)
        if isinstance(value, str) and len(value) < 4096 and "\0" not in value:
            setattr(settings, name, value)
    theme = data.get("theme")
    if isinstance(theme, str) and theme in {"auto", "light", "dark"}:
        settings.theme = theme
    recent = data.get("recent_models")
    if isinstance(recent, list):
        settings.recent_models = [entry for entry in recent if isinstance(entry, str) and "\0" not in entry][
            :5
        ]
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


_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_0}


def save(settings: Settings, path: Path | None = None) -> bool:
    """Write the file in one step. Returns whether that worked: a full disk must not stop the program."""
    path = path if path is not None else settings_path()
    content = json.dumps({"version": VERSION, **asdict(settings)}, indent=2) + "\n"
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=".window-", suffix=".tmp", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        return False
    return True
