"""Values of dimensions in a terminal: a point in the plane of valence and arousal, its trace, scales."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from rich.text import Text

from desktop_app.core.dimensions import CENTRE, Plane, ends, number

TRACE_S: Final = 8.0
"""How long a point leaves a trace."""
_ROWS: Final = 9  # odd, so that one is the middle
_COLUMNS: Final = 31  # likewise
_NARROW: Final = 19
_SCALE: Final = 16  # characters of a scale beside the plane, at least
_COLOURS: Final = {"arousal": "yellow", "valence": "cyan", "dominance": "magenta"}
_SPARE: Final = ("yellow", "cyan", "magenta", "green", "blue", "red")


class DimensionsText:
    """A model of dimensions, drawn: `move_to` sets where the point goes, `advance` lets it glide."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._plane = Plane.of(self.names)
        self._goal: tuple[float, ...] | None = None
        self._shown: list[float] = [CENTRE] * len(self.names)
        self._doubtful = False
        self._trace: deque[tuple[float, float, float]] = deque()  # age in s, valence, arousal

    def move_to(self, values: Mapping[str, float], *, doubtful: bool = False) -> None:
        """Where the point is from now on; without values there is none, and the trace fades."""
        goal = tuple(values[name] for name in self.names) if values else None
        if self._goal is None and goal is not None:
            self._shown = list(goal)  # it appears where it is, and does not come from somewhere
        self._goal, self._doubtful = goal, doubtful

    def advance(self, seconds: float, share: float) -> None:
        """Let `seconds` pass, in which the point covers `share` of its way."""
        self._trace = deque((age + seconds, x, y) for age, x, y in self._trace if age + seconds <= TRACE_S)
        if self._goal is None:
            return
        for place, goal in enumerate(self._goal):
            self._shown[place] += share * (goal - self._shown[place])
        if self._plane is not None:
            self._trace.append((0.0, self._shown[self._plane.valence], self._shown[self._plane.arousal]))

    def lines(self, width: int, plain: bool) -> list[Text]:
        """The picture, at most `width` characters wide; `plain`: in ASCII."""
        if self._plane is None:
            return [self._scale(place, width - 2, plain) for place in range(len(self.names))]
        names = self.names[self._plane.valence], self.names[self._plane.arousal]
        below, above = ends(names[1])
        gutter = max(len(below), len(above))
        beside = max(len(name) for name in self.names) + _SCALE
        columns = _COLUMNS if width >= gutter + _COLUMNS + beside + 8 else _NARROW
        columns = max(3, (min(columns, width - gutter - 5) - 1) // 2 * 2 + 1)  # odd: one is the middle
        field = self._field(columns, plain)
        room = width - gutter - columns - 8
        lines = []
        for row, cells in enumerate(field):
            side = above if row == 0 else below if row == _ROWS - 1 else ""
            line = Text(f"  {side:>{gutter}} ", style="dim").append_text(cells)
            place = row - (_ROWS - len(self.names)) // 2
            if 0 <= place < len(self.names) and room >= beside:
                line.append("   ").append_text(self._scale(place, room, plain))
            lines.append(line)
        left, right = ends(names[0])
        under = f"{left}{right:>{max(1, columns - len(left))}}"
        lines.append(Text(f"  {'':>{gutter}} {under}", style="dim"))
        if room < beside:
            lines += [self._scale(place, width - 4, plain, indent=2) for place in range(len(self.names))]
        return lines

    def _field(self, columns: int, plain: bool) -> list[Text]:
        """The plane, a text a row."""
        across, up = ("-", "|") if plain else ("─", "│")
        middle = _ROWS // 2, columns // 2
        marks: dict[tuple[int, int], tuple[str, str]] = {}
        for row in range(_ROWS):
            marks[row, middle[1]] = (up, "dim")
        for column in range(columns):
            marks[middle[0], column] = (
                ("+" if plain else "┼", "dim") if column == middle[1] else (across, "dim")
            )
        for age, x, y in self._trace:  # oldest first
            old = age > TRACE_S / 2
            sign = ("." if old else "o") if plain else ("·" if old else "•")
            marks[_cell(x, y, columns)] = (sign, "dim" if old else "default")
        if self._goal is not None and self._plane is not None:
            at = self._shown[self._plane.valence], self._shown[self._plane.arousal]
            sign = ("?" if self._doubtful else "@") if plain else ("○" if self._doubtful else "●")
            marks[_cell(*at, columns)] = (sign, "bold" if self._doubtful else "bold bright_white")
        edge = "|" if plain else "▏"
        rows = []
        for row in range(_ROWS):
            text = Text(edge, style="dim")
            for column in range(columns):
                text.append(*marks.get((row, column), (" ", "default")))
            rows.append(text.append("|" if plain else "▕", style="dim"))
        return rows

    def _scale(self, place: int, width: int, plain: bool, *, indent: int = 0) -> Text:
        """A dimension with its value: a mark between 0 and 1, and the middle."""
        name = self.names[place]
        label = max(len(each) for each in self.names)
        room = max(5, width - label - 9) // 2 * 2 + 1
        value = self._goal[place] if self._goal is not None else None
        cells = [("-" if plain else "─", "dim")] * room
        cells[room // 2] = ("|" if plain else "┼", "dim")
        if value is not None:
            at = min(room - 1, max(0, round(self._shown[place] * (room - 1))))
            cells[at] = ("#" if plain else "●", dimension_colour(name, self.names))
        line = Text(f"{'':{indent}}{name:<{label}}  ")
        for cell in cells:
            line.append(*cell)
        if value is None:
            return line.append(f"{'-':>6}", style="dim")
        return line.append(f"{number(value):>6}")


def dimension_colour(name: str, names: Sequence[str]) -> str:
    """The colour of a dimension, as rich names it."""
    known = _COLOURS.get(name.casefold())
    return known or _SPARE[list(names).index(name) % len(_SPARE)]


def _cell(x: float, y: float, columns: int) -> tuple[int, int]:
    """Row and column of a point in the plane."""
    column = min(columns - 1, max(0, math.floor(x * columns)))
    row = min(_ROWS - 1, max(0, math.floor((1 - y) * _ROWS)))
    return row, column
