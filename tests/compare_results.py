"""Two results of `emoscope analyze --json` of the same recordings, compared: what is heard otherwise.

`python -m tests.compare_results OLD.json NEW.json` prints each recording that has more or fewer segments, or
of which a probability differs by more than 0.001, and how many there are; exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

MOST: Final = 1e-3
"""By so much a probability may differ: rounding, and no other answer."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code: 1 if a recording differs, or is in one of the results only."""
    parser = argparse.ArgumentParser(prog="python -m tests.compare_results", description=__doc__)
    parser.add_argument("old", metavar="OLD.json", type=Path)
    parser.add_argument("new", metavar="NEW.json", type=Path)
    args = parser.parse_args(arguments)
    old, new = _files(args.old), _files(args.new)
    wrong = [f"{path}: in one of them only" for path in sorted(old.keys() ^ new.keys())]
    moved = []  # by how many seconds, where the answers are the same
    common = sorted(old.keys() & new.keys())
    for path in common:
        was, now = old[path]["segments"], new[path]["segments"]
        times = f"{_shown(was)} -> {_shown(now)}"
        if len(was) != len(now):
            wrong.append(f"{path}: {times}")
        elif (change := largest_change(was, now)) > MOST:
            wrong.append(f"{path}: a probability differs by {change:.4f}; {times}")
        elif was and (shift := largest_shift(was, now)) > 0:
            moved.append(shift)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(common)} recordings: {len(wrong)} are heard otherwise", end="")
    print(f"; {len(moved)} with the same answers for other times, by at most {max(moved, default=0.0):.2f} s")
    return 1 if wrong else 0


def largest_change(was: list[dict[str, Any]], now: list[dict[str, Any]]) -> float:
    """By how much a probability differs at most, in as many segments."""
    return max(
        (
            abs(one["probabilities"][label] - other["probabilities"][label])
            for one, other in zip(was, now, strict=True)
            for label in one["probabilities"]
        ),
        default=0.0,
    )


def largest_shift(was: list[dict[str, Any]], now: list[dict[str, Any]]) -> float:
    """By how many seconds a beginning or an end lies elsewhere at most, in as many segments."""
    return max(
        abs(one[edge] - other[edge])
        for one, other in zip(was, now, strict=True)
        for edge in ("start_s", "end_s")
    )


def _files(path: Path) -> dict[str, dict[str, Any]]:
    return {file["path"]: file for file in json.loads(path.read_text(encoding="utf-8"))["files"]}


def _shown(segments: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['start_s']:.2f} to {one['end_s']:.2f} s" for one in segments) or "nothing"


if __name__ == "__main__":
    sys.exit(main())
