"""The folder that sessions are kept in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

PLACE_VARIABLE: Final = "EMOSCOPE_SESSIONS"
"""Environment variable that names another folder."""


def sessions_folder(asked: str | Path | None = None) -> Path:
    """Where sessions are kept: what was asked for, what the environment names, or the person's own data."""
    named = asked or os.environ.get(PLACE_VARIABLE)
    if named:
        return Path(named)
    return Path(platformdirs.user_data_dir("emoscope", appauthor=False)) / "sessions"
