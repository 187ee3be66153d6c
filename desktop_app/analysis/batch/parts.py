"""One part of the results: a Parquet file of utterances that also tells what became of each recording.

What was done, by path and content hash, lies in the metadata of the same file: both appear in one step, so
that a kill leaves neither rows without their record nor a record without its rows.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from desktop_app.analysis.batch.places import Place, PlaceError
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.installation import install_hint

if TYPE_CHECKING:
    import pyarrow

    from desktop_app.analysis.batch.inputs import Item
    from desktop_app.analysis.result import RecordingAnalysis
    from desktop_app.core.transcript import FusedEmotion, TextEmotion
    from desktop_app.core.types import Prediction, SpeechSegment

UTTERANCES: Final = "utterances"
FRAMES: Final = "frames"
_SAID: Final = ("text", "language", "language_probability", "words")
"""Columns of what was said; as `Transcript.data` calls them."""
_DONE: Final = b"emoscope_done"
_MADE_WITH: Final = b"emoscope_made_with"


def part_name(number: int) -> str:
    return f"part-{number:06d}.parquet"


def part_number(name: str) -> int | None:
    """The number of a part by its file's name; None if it is no part."""
    digits = name.rpartition("/")[2].removeprefix("part-").removesuffix(".parquet")
    return int(digits) if digits.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one recording.

    Attributes
    ----------
    path, source, size, stamp
        As `Item` has them.
    sha256 : str
        Of its content; empty where it could not be read.
    duration_s, speech_s : float
    utterances : int
        Rows of the table, sounds in which nobody speaks among them.
    sample_rate : int
    warnings : tuple of str
        Codes of what makes the answers doubtful.
    sentences : tuple of (code, sentence)
        The warnings in words; empty also in parts that were written before they were kept.
    error, message : str
        Code and sentence of its failure; empty if there is none.
    speaker, recorded_at : str
    not_a_voice : int, optional
        How many of the utterances are sounds in which nobody speaks; None in parts that were written before
        they were counted.
    """

    path: str
    source: str
    size: int
    stamp: str
    sha256: str = ""
    duration_s: float = 0.0
    speech_s: float = 0.0
    utterances: int = 0
    sample_rate: int = 0
    warnings: tuple[str, ...] = ()
    error: str = ""
    message: str = ""
    speaker: str = ""
    recorded_at: str = ""
    sentences: tuple[tuple[str, str], ...] = ()
    not_a_voice: int | None = None

    def data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Done:
        told = tuple((code, sentence) for code, sentence in data.get("sentences", ()))
        return cls(**{**data, "warnings": tuple(data["warnings"]), "sentences": told})


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns the tables have, beside those of every model."""

    labels: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    embeddings: bool = False
    words: bool = False
    text_labels: tuple[str, ...] = ()
    fused: bool = False

    @property
    def numbers(self) -> list[str]:
        return [*(f"p_{label}" for label in self.labels), *(f"value_{name}" for name in self.dimensions)]

    def utterances(self) -> pyarrow.Schema:
        pa = arrow()
        return pa.schema(
            [
                ("path", pa.string()),
                ("source", pa.string()),
                ("sha256", pa.string()),
                ("speaker", pa.string()),
                ("recorded_at", pa.timestamp("us", "UTC")),
                ("channel", pa.int16()),
                ("number", pa.int32()),
                ("start_s", pa.float64()),
                ("end_s", pa.float64()),
                ("label", pa.string()),
                ("confidence", pa.float32()),
                ("uncertain", pa.bool_()),
                ("uncertain_because", pa.string()),
                ("not_a_voice", pa.bool_()),
                ("novelty", pa.float32()),
                *((name, pa.float32()) for name in self.numbers),
                *([("embedding", pa.list_(pa.float32()))] if self.embeddings else []),
                *(self._said() if self.words else []),
                *(self._answer("text", self.text_labels) if self.text_labels else []),
                *(self._answer("fused", self.labels, uncertain=True) if self.fused else []),
            ]
        )

    def _answer(
        self, name: str, labels: Sequence[str], *, uncertain: bool = False
    ) -> list[tuple[str, pyarrow.DataType]]:
        """Of the words alone, or of voice and words together; empty in rows that have no such answer."""
        pa = arrow()
        return [
            (f"{name}_label", pa.string()),
            (f"{name}_confidence", pa.float32()),
            *([(f"{name}_uncertain", pa.bool_())] if uncertain else []),
            *((f"{name}_p_{label}", pa.float32()) for label in labels),
        ]

    def _said(self) -> list[tuple[str, pyarrow.DataType]]:
        pa = arrow()
        number = pa.float32()
        word = pa.struct(
            [
                ("word", pa.string()),
                ("start_s", pa.float64()),
                ("end_s", pa.float64()),
                ("probability", number),
            ]
        )
        return [
            ("text", pa.string()),
            ("language", pa.string()),
            ("language_probability", number),
            ("words", pa.list_(word)),
        ]

    def frames(self) -> pyarrow.Schema:
        pa = arrow()
        return pa.schema(
            [
                ("path", pa.string()),
                ("source", pa.string()),
                ("channel", pa.int16()),
                ("utterance", pa.int32()),
                ("start_s", pa.float64()),
                ("end_s", pa.float64()),
                ("not_a_voice", pa.bool_()),
                *((name, pa.float32()) for name in self.numbers),
            ]
        )


@dataclass(slots=True)
class Rows:
    """The rows of one part, as they come."""

    columns: Columns
    utterances: list[dict[str, Any]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

    def add(self, item: Item, analysis: RecordingAnalysis, sha256: str) -> None:
        """The utterances of one recording, or of one of its channels."""
        at = _moment(item.recorded_at)
        for number, segment in enumerate(analysis.segments, 1):
            told = segment.prediction
            nameless = told.not_a_voice or bool(told.dimensions)
            row: dict[str, Any] = {
                "path": item.path,
                "source": item.source,
                "sha256": sha256,
                "speaker": item.speaker or None,
                "recorded_at": at,
                "channel": analysis.channel,
                "number": number,
                "start_s": round(segment.start_s, 6),
                "end_s": round(segment.end_s, 6),
                "label": None if nameless else told.label,
                "confidence": None if told.dimensions else told.confidence,
                "uncertain": told.uncertain,
                "uncertain_because": None if told.because is None else str(told.because),
                "not_a_voice": told.not_a_voice,
                "novelty": told.novelty,
                **self._numbers(told.as_mapping(), told.as_values()),
            }
            if self.columns.embeddings and told.embedding is not None:
                row["embedding"] = told.embedding
            if self.columns.words and segment.transcript is not None:
                row.update({name: segment.transcript.data()[name] for name in _SAID})
            if segment.transcript is not None and segment.transcript.emotion is not None:
                row.update(_answer_cells("text", segment.transcript.emotion))
            if segment.fused is not None:
                row.update(_answer_cells("fused", segment.fused), fused_uncertain=segment.fused.uncertain)
            self.utterances.append(row)

    def add_frame(
        self, item: Item, channel: int | None, utterance: int, window: SpeechSegment, told: Prediction
    ) -> None:
        """What is told of the last seconds while an utterance still goes on; see `Previews`."""
        self.frames.append(
            {
                "path": item.path,
                "source": item.source,
                "channel": channel,
                "utterance": utterance,
                "start_s": round(window.start_s, 6),
                "end_s": round(window.end_s, 6),
                "not_a_voice": told.not_a_voice,
                **self._numbers(told.as_mapping(), told.as_values()),
            }
        )

    def _numbers(self, probabilities: Mapping[str, float], values: Mapping[str, float]) -> dict[str, float]:
        return {
            **{f"p_{name}": number for name, number in probabilities.items()},
            **{f"value_{name}": number for name, number in values.items()},
        }

    def write(self, place: Place, number: int, made_with: Mapping[str, Any], *, frames: bool) -> None:
        """Put the part in its place; that of the utterances comes last, since it says what is done."""
        pa = arrow()
        if frames:
            table = pa.Table.from_pylist(self.frames, self.columns.frames())
            place.write(f"{FRAMES}/{part_name(number)}", _as_bytes(table), "frames")
        table = pa.Table.from_pylist(self.utterances, self.columns.utterances())
        write_table(place, number, table, self.done, made_with)


def _answer_cells(name: str, answer: TextEmotion | FusedEmotion) -> dict[str, Any]:
    return {
        f"{name}_label": answer.label,
        f"{name}_confidence": max(answer.probabilities),
        **{f"{name}_p_{label}": p for label, p in zip(answer.labels, answer.probabilities, strict=True)},
    }


def write_table(
    place: Place, number: int, table: pyarrow.Table, done: Sequence[Done], made_with: Mapping[str, Any]
) -> None:
    """Put the utterances of a part, and what became of its recordings, in their place. Raises WriteError."""
    told = {
        _DONE: json.dumps([one.data() for one in done], ensure_ascii=False).encode(),
        _MADE_WITH: json.dumps(made_with, ensure_ascii=False).encode(),
    }
    place.write(
        f"{UTTERANCES}/{part_name(number)}", _as_bytes(table.replace_schema_metadata(told)), "results"
    )


def without(place: Place, number: int, sources: frozenset[str]) -> None:
    """Take recordings out of a part: a later one holds them anew."""
    import pyarrow.compute as pc

    pq = parquet()
    for folder in (FRAMES, UTTERANCES):
        content = place.read(f"{folder}/{part_name(number)}")
        if content is None:
            continue
        table = pq.read_table(io.BytesIO(content))
        gone = arrow().array(sorted(sources), arrow().string())
        kept = table.filter(pc.invert(pc.is_in(table["source"], gone)))
        if folder == FRAMES:
            place.write(f"{folder}/{part_name(number)}", _as_bytes(kept), "frames")
        else:
            done = [one for one in _done(table.schema.metadata) if one.source not in sources]
            write_table(place, number, kept, done, _made_with(table.schema.metadata))


def read_done(place: Place) -> Iterator[tuple[int, list[Done], dict[str, Any]]]:
    """Of each part, by number: what became of its recordings, and what it was made with. See `read_part`."""
    for name in place.names(f"{UTTERANCES}/part-*.parquet"):
        if (number := part_number(name)) is not None:
            yield number, *read_part(place, number)


def read_part(place: Place, number: int) -> tuple[list[Done], dict[str, Any]]:
    """What became of the recordings of a part, and what it was made with.

    Raises
    ------
    PlaceError
        It is damaged.
    """
    name = f"{UTTERANCES}/{part_name(number)}"
    try:
        with place.opened(name) as file:
            metadata = parquet().read_schema(file).metadata
        return _done(metadata), _made_with(metadata)
    except (ValueError, KeyError, TypeError, PlaceError) as error:
        raise PlaceError(
            f"The results in '{place.name}/{name}' are damaged, or cannot be read.",
            "Remove that file: the next run analyzes its recordings again.",
            code="batch.damaged",
        ) from error


def _done(metadata: Mapping[bytes, bytes]) -> list[Done]:
    return [Done.of(each) for each in json.loads(metadata[_DONE])]


def _made_with(metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(metadata[_MADE_WITH])
    return found


def write_failures(place: Place, done: Iterable[Done]) -> int:
    """`failures.parquet`: a row for each recording that could not be analyzed; how many there are."""
    pa = arrow()
    rows = [
        {
            "path": one.path,
            "source": one.source,
            "code": one.error,
            "message": one.message,
            "size": one.size,
            "sha256": one.sha256,
        }
        for one in done
        if one.error
    ]
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("path", "source", "code", "message")),
            ("size", pa.int64()),
            ("sha256", pa.string()),
        ]
    )
    place.write("failures.parquet", _as_bytes(pa.Table.from_pylist(rows, schema)), "failures")
    return len(rows)


def arrow() -> Any:
    """pyarrow. Raises EmoscopeError if it is not installed."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise _not_installed() from error
    return pa


def parquet() -> Any:
    """pyarrow.parquet. Raises EmoscopeError if it is not installed."""
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise _not_installed() from error
    return pq


def _not_installed() -> EmoscopeError:
    return EmoscopeError(
        "Tables of many recordings need pyarrow, which is not installed.",
        install_hint("cluster"),
        code="batch.not_installed",
    )


def _as_bytes(table: Any) -> bytes:
    out = io.BytesIO()
    parquet().write_table(table, out, compression="zstd")
    return out.getvalue()


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
