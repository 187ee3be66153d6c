"""Names that files are called by."""

from __future__ import annotations

import re


def is_plain(name: str) -> bool:
    """Whether a file in a folder can be named so, on any system."""
    return not re.search(r'[/\\\x00-\x1f:*?"<>|]', name) and not name.startswith(".")
