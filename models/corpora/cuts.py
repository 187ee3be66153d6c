"""Clips that are a part of a recording: named by its path and the times, without files of their own.

The times stand behind the path as in a media fragment (W3C, Media Fragments URI 1.0):
``talk.wav#t=1.25,3.5``, and ``talk.wav#t=1.25,3.5&channel=2`` where one channel is meant.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_FRAGMENT = re.compile(r"(.+)#t=(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)(?:&channel=(\d+))?\Z")


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a recording, in seconds; `channel` counts from 1, None is what is heard of all."""

    start_s: float
    end_s: float
    channel: int | None = None

    def frames(self, sample_rate: int) -> tuple[int, int]:
        """The first frame, and the one behind the last."""
        return round(self.start_s * sample_rate), round(self.end_s * sample_rate)


def cut_path(recording: Path, cut: Cut) -> Path:
    """The path that stands for a part of a recording."""
    channel = "" if cut.channel is None else f"&channel={cut.channel}"
    times = f"{_plain(cut.start_s)},{_plain(cut.end_s)}"
    return recording.with_name(f"{recording.name}#t={times}{channel}")


def parted(path: Path) -> tuple[Path, Cut | None]:
    """The file, and which part of it is meant; None: all of it."""
    found = _FRAGMENT.match(path.name)
    if found is None or os.path.exists(path):  # noqa: PTH110 - a file may be called so, if it is not too long
        return path, None
    channel = int(found[4]) if found[4] else None
    return path.with_name(found[1]), Cut(float(found[2]), float(found[3]), channel)


def _plain(seconds: float) -> str:
    return f"{seconds:.6f}".rstrip("0").rstrip(".")
