"""How a service and the process of its live runs talk: frames of a kind, the number of a run, and bytes."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Final

HEAD: Final = struct.Struct("<BII")
"""Kind, number of the run, length of what follows."""
MOST: Final = 1 << 24


class Kind(IntEnum):
    """What a frame says; those from `EVENT` on come from the process."""

    OPEN = 1  # JSON: what the run is to be
    SOUND = 2  # samples
    END = 3  # no more samples come: judge what is open, and tell all
    DROP = 4  # nobody listens any more
    EVENT = 16  # a line of JSON
    DONE = 17  # nothing more comes of this run


def frame(kind: Kind, run: int, content: bytes = b"") -> bytes:
    return HEAD.pack(kind, run, len(content)) + content
