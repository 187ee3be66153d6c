"""What a person says of stretches of a recording: other labels, notes, who speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

LEAST_S: Final = 0.3
"""What is left of an older record beside a new one is kept if it is at least this long."""
COVERED: Final = 0.5
"""A record holds for a segment if it covers this share of it."""
_MOST_LABEL: Final = 100
_MOST_NOTE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of a stretch of a recording.

    Attributes
    ----------
    start_s, end_s : float
        Seconds from the recording's beginning.
    label : str
        What is to be heard there, in any words; empty: nothing is said of it.
    note : str
        Free text, of any number of lines.
    speaker : str
        Who speaks, if that is told.
    channel : int, optional
        From 1; None: whichever channel was heard.
    created : str
        When it was written, as ISO 8601 in UTC.
    """

    start_s: float
    end_s: float
    label: str = ""
    note: str = ""
    speaker: str = ""
    channel: int | None = None
    created: str = ""

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    def cleaned(self) -> Correction:
        """The same as a file can hold it: times in microseconds, labels in one line, all printable."""
        return replace(
            self,
            start_s=round(self.start_s, 6),
            end_s=round(self.end_s, 6),
            label=_line(self.label)[:_MOST_LABEL].rstrip(),
            speaker=_line(self.speaker)[:_MOST_LABEL].rstrip(),
            note=_lines(self.note)[:_MOST_NOTE].rstrip(),
            created=_line(self.created)[:_MOST_LABEL],
        )

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "start_s": round(self.start_s, 6),
            "end_s": round(self.end_s, 6),
            "label": self.label,
            "note": self.note,
            "speaker": self.speaker,
            "channel": self.channel,
            "created": self.created,
        }


def with_correction(
    records: Sequence[Correction], new: Correction
) -> tuple[tuple[Correction, ...], tuple[Correction, ...], tuple[Correction, ...]]:
    """Put a record among others, in the order of time: where they overlap the new one holds.

    Of an older one the rest stays, before and behind, where it is at least `LEAST_S` long.

    Returns
    -------
    all, removed, added : tuples of Correction
        `removed` and `added` are what changed.
    """
    removed, added = [], [new]
    for old in records:
        if not _meet(old, new) or not _same_channel(old.channel, new.channel):
            continue
        removed.append(old)
        for start_s, end_s in ((old.start_s, new.start_s), (new.end_s, old.end_s)):
            if end_s - start_s >= LEAST_S:
                added.append(replace(old, start_s=start_s, end_s=end_s))
    return changed(records, removed, added), tuple(removed), tuple(added)


def changed(
    records: Sequence[Correction], removed: Sequence[Correction], added: Sequence[Correction]
) -> tuple[Correction, ...]:
    """The records without some and with others, in the order of time."""
    kept = [record for record in records if record not in removed]
    kept += [record for record in added if record not in kept]
    return tuple(sorted(kept, key=lambda record: (record.start_s, record.end_s)))


def matched(
    records: Sequence[Correction], stretches: Sequence[tuple[float, float]], channel: int | None = None
) -> list[Correction | None]:
    """The record that holds for each stretch: the one that covers it best, and at least half of it.

    An analysis with other options, or another version, gives other segments: one record may hold for several
    of them, and for a segment far longer than the record none does.

    Parameters
    ----------
    stretches : sequence of (start_s, end_s)
    channel : int, optional
        Which one was heard; None for a single one, and for the mix.
    """
    return [_best(records, start_s, end_s, channel) for start_s, end_s in stretches]


def _best(
    records: Sequence[Correction], start_s: float, end_s: float, channel: int | None
) -> Correction | None:
    best, best_share = None, 0.0
    for record in records:
        overlap = min(end_s, record.end_s) - max(start_s, record.start_s)
        if overlap <= 0 or not _same_channel(record.channel, channel):
            continue
        if overlap < COVERED * (end_s - start_s):
            continue
        share = overlap / (max(end_s, record.end_s) - min(start_s, record.start_s))
        if share > best_share:
            best, best_share = record, share
    return best


def apply_to(file: Mapping[str, Any], records: Sequence[Correction]) -> dict[str, Any]:
    """A recording as JSON values, as `report.file_data` gives it, with what a person says of it.

    What the model says stays as it is. A segment gets ``corrected``, ``corrected_label``, ``note`` and
    ``speaker_name``; ``corrections`` of the recording holds all records, each with the numbers, from 0, of
    the ``segments`` for which it holds.
    """
    segments = file["segments"]
    found = matched(records, [(s["start_s"], s["end_s"]) for s in segments], file["channel"])
    mine = [record for record in records if _same_channel(record.channel, file["channel"])]
    return {
        **file,
        "segments": [
            {
                **segment,
                "corrected": record is not None and bool(record.label),
                "corrected_label": (record.label or None) if record is not None else None,
                "note": (record.note or None) if record is not None else None,
                "speaker_name": (record.speaker or None) if record is not None else None,
            }
            for segment, record in zip(segments, found, strict=True)
        ],
        "corrections": [
            {**record.data(), "segments": [k for k, one in enumerate(found) if one is record]}
            for record in mine
        ],
    }


def _meet(one: Correction, other: Correction) -> bool:
    return one.start_s < other.end_s and other.start_s < one.end_s


def _same_channel(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def _line(text: str) -> str:
    return " ".join(_printable(text).split())


def _lines(text: str) -> str:
    lines = [" ".join(_printable(line).split()) for line in text.splitlines()]
    return "\n".join(lines).strip()


def _printable(text: str) -> str:
    """Without control characters and halves of characters, which no file can hold."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else " " for c in whole)
