"""What was found in recordings as JSON values, and these as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from desktop_app.analysis.corrections import apply_to
from desktop_app.core.detector_choice import ENERGY
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import printable_path
from desktop_app.core.types import Prediction, SoundWarning, VoiceUse

if TYPE_CHECKING:
    from desktop_app.analysis.result import RecordingAnalysis
    from desktop_app.core.fusion import FusedModel
    from desktop_app.core.transcript import WrittenBy

SCHEMA_VERSION: Final = 2  # 2: a warning is an object with a code, an error has a code
SEPARATORS: Final = {",": ",", ";": ";", "tab": "\t"}
_COLUMNS: Final = (
    *("path", "channel", "start_s", "end_s", "label", "confidence"),
    *("uncertain", "uncertain_because", "not_a_voice"),
)
_OF_A_PERSON: Final = ("corrected", "corrected_label", "note", "speaker_name")
_OF_TEXT: Final = ("text_label", "text_confidence")
# A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a report was made with.

    `labels` are those that were allowed as answers, in the model's order; a model of dimensions has none, and
    `dimensions` in their place. `profile` is the path of the voice
    profile in use and the seconds of speech that it knows; `detector` is how speech was found; `licence` is
    the model's, empty if it is not known. `words_model` is the model that wrote down what was
    said; None if nobody asked for that. `text_model` is what told the emotion by the words, if any,
    and `fusion` path and SHA-256 of the file by which voice and words make one answer.
    """

    model: str
    model_sha256: str
    provider: str
    labels: tuple[str, ...]
    profile: tuple[str, float] | None = None
    detector: str = ENERGY
    licence: str = ""
    dimensions: tuple[str, ...] = ()
    words_model: WrittenBy | None = None
    text_model: FusedModel | None = None
    fusion: tuple[str, str] | None = None

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        voice = (
            {}
            if self.profile is None
            else {"profile": {"path": printable_path(self.profile[0]), "seconds": self.profile[1]}}
        )
        return {
            "model": self.model,
            "labels": list(self.labels),
            **({"dimensions": list(self.dimensions)} if self.dimensions else {}),
            "model_sha256": self.model_sha256,
            "provider": self.provider,
            "detector": self.detector,
            **({} if self.words_model is None else self.words_model.data()),
            **({} if self.text_model is None else _of_text_model(self.text_model)),
            **({} if self.fusion is None else {"fusion": _of_fusion(*self.fusion)}),
            **voice,
        }


def _of_text_model(model: FusedModel) -> dict[str, Any]:
    return {
        "text_model": model.name,
        "text_model_sha256": model.sha256,
        "text_labels": list(model.labels),
    }


def _of_fusion(path: str, sha256: str) -> dict[str, Any]:
    return {"path": printable_path(path), "sha256": sha256}


def json_chunks(
    made_with: Provenance, files: Iterable[Mapping[str, Any]], errors: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Everything that was found as JSON text (`analyze --json`), piece by piece.

    Parameters
    ----------
    files, errors
        As `file_data` and `error_data` give them; each is taken when its turn comes.
    """
    head = to_json({"schema_version": SCHEMA_VERSION, **made_with.data()})
    yield head.removesuffix("\n}\n")
    for name, entries in (("files", files), ("errors", errors)):
        yield f',\n  "{name}": ['
        empty = True
        for entry in entries:
            yield ("\n" if empty else ",\n") + textwrap.indent(to_json(entry).rstrip("\n"), "    ")
            empty = False
        yield "]" if empty else "\n  ]"
    yield "\n}\n"


def to_json(data: Any) -> str:
    """Strict JSON (no NaN), indented, ending in a line break."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def csv_head(
    labels: Sequence[str],
    separator: str = ",",
    dimensions: Sequence[str] = (),
    *,
    text: bool = False,
    emotion: bool = False,
    fused: bool = False,
) -> str:
    """The first row: the columns of `csv_rows`, and what a person says.

    Between them p_LABEL for each label, and value_DIMENSION for each dimension.
    """
    numbers = (*(f"p_{label}" for label in labels), *(f"value_{name}" for name in dimensions))
    words = (
        *(("text",) if text else ()),
        *(_OF_TEXT if emotion else ()),
        *(_fused_columns(labels) if fused else ()),
    )
    return _csv_rows([[*_COLUMNS, *numbers, *_OF_A_PERSON, *words]], separator)


def _fused_columns(labels: Sequence[str]) -> tuple[str, ...]:
    return ("fused_label", "fused_uncertain", *(f"fused_p_{label}" for label in labels))


def csv_rows(
    file: Mapping[str, Any],
    labels: Sequence[str],
    separator: str = ",",
    dimensions: Sequence[str] = (),
    *,
    text: bool = False,
    emotion: bool = False,
    fused: bool = False,
) -> str:
    """One row for each segment of `file`, which is as `file_data` gives it.

    `channel` counts from 1, and is empty for a single one and for a mix.
    `label` is the most likely one even where `uncertain` is true, and empty where `not_a_voice` is, since
    nobody speaks there, and for a model of dimensions; so is `confidence`. `uncertain_because` is short,
    noise, unfamiliar, between, or empty. A recording in which nothing was found has no row. A cell that a
    spreadsheet would take for a formula begins with an apostrophe. The last columns are a person's:
    ``corrected``, the corrected label, note and speaker. What a person says of a stretch that is no segment
    has a row of its own, in which the model's columns are empty. With `text`, the last column is what
    was said; with `emotion`, two more tell the emotion by the words, and how likely it is; with `fused`,
    those behind it are what voice and words say together.
    """
    start = [_harmless(file["path"]), "" if file["channel"] is None else str(file["channel"])]
    rows = [
        [
            *start,
            f"{segment['start_s']:.4f}",
            f"{segment['end_s']:.4f}",
            _harmless(segment["label"] or ""),
            _cell(segment["confidence"]),
            "true" if segment["uncertain"] else "false",
            segment["uncertain_because"] or "",
            "true" if segment["not_a_voice"] else "false",
            *(_cell(segment["probabilities"].get(label)) for label in labels),
            *(_cell(segment.get("values", {}).get(name)) for name in dimensions),
            "true" if segment["corrected"] else "false",
            *(_harmless(segment[name] or "") for name in _OF_A_PERSON[1:]),
            *((_harmless(segment.get("transcript", {}).get("text", "")),) if text else ()),
            *(_text_cells(segment) if emotion else ()),
            *(_fused_cells(segment.get("fused"), labels) if fused else ()),
        ]
        for segment in file["segments"]
    ]
    rows += [
        [
            *start,
            f"{record['start_s']:.4f}",
            f"{record['end_s']:.4f}",
            *[""] * (len(_COLUMNS) - len(start) - 2 + len(labels) + len(dimensions)),
            "true" if record["label"] else "false",
            *(_harmless(record[name]) for name in ("label", "note", "speaker")),
            *(("",) if text else ()),
            *([""] * len(_OF_TEXT) if emotion else ()),
            *([""] * (2 + len(labels)) if fused else ()),
        ]
        for record in file["corrections"]
        if not record["segments"]
    ]
    return _csv_rows(rows, separator)


def _text_cells(segment: Mapping[str, Any]) -> tuple[str, str]:
    told = segment.get("transcript", {}).get("emotion")
    return ("", "") if not told else (_harmless(told["label"]), _cell(told["probabilities"][told["label"]]))


def _fused_cells(fused: Mapping[str, Any] | None, labels: Sequence[str]) -> tuple[str, ...]:
    if fused is None:
        return ("",) * (2 + len(labels))
    return (
        _harmless(fused["label"]),
        "true" if fused["uncertain"] else "false",
        *(_cell(fused["probabilities"].get(label)) for label in labels),
    )


def _cell(number: float | None) -> str:
    """Empty for what the segment's model does not give: a session may have had several."""
    return "" if number is None else f"{number:.6f}"


def _csv_rows(rows: Iterable[Sequence[str]], separator: str) -> str:
    table = io.StringIO()
    csv.writer(table, lineterminator="\n", delimiter=separator).writerows(rows)
    return table.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def file_data(analysis: RecordingAnalysis) -> dict[str, Any]:
    """A recording as JSON values: what was found, what makes it doubtful, and what a person says of it."""
    found = {
        "path": printable_path(analysis.path),
        "duration_s": rounded_time(analysis.duration_s),
        "sample_rate": analysis.sample_rate,
        "channel": analysis.channel,
        "segments": [
            {
                "start_s": rounded_time(segment.start_s),
                "end_s": rounded_time(segment.end_s),
                **prediction_data(segment.prediction),
                **({} if segment.transcript is None else {"transcript": segment.transcript.data()}),
                **({} if segment.fused is None else {"fused": segment.fused.data()}),
            }
            for segment in analysis.segments
        ],
        "overall": None if analysis.overall is None else prediction_data(analysis.overall),
        "warnings": [warning_data(warning) for warning in analysis.warnings],
    }
    return apply_to(found, analysis.corrections)


def warning_data(warning: SoundWarning) -> dict[str, Any]:
    """A warning as JSON values: its code, its sentence, and the values that it tells."""
    return {"code": warning.code, "message": printable_path(warning.message), **warning.fields}


def error_data(path: str, error: EmoscopeError) -> dict[str, Any]:
    """Why there is no result for a recording, as JSON values."""
    return {"path": printable_path(path), "code": error.code, "message": printable_path(str(error))}


def rounded_time(seconds: float) -> float:
    """Seconds to the microsecond, far below a sample: 1.99 and not 1.9899999999999998."""
    return round(seconds, 6)


def prediction_data(prediction: Prediction) -> dict[str, Any]:
    """A prediction as JSON values; of what is not a voice the label is None, and `uncertain` is true.

    A prediction of dimensions has ``values`` by their names, and no label, confidence or probabilities.
    """
    point = bool(prediction.dimensions)
    return {
        "label": None if prediction.not_a_voice or point else prediction.label,
        "confidence": None if point else prediction.confidence,
        "uncertain": prediction.uncertain,
        "uncertain_because": prediction.because,
        "not_a_voice": prediction.not_a_voice,
        "novelty": None if prediction.novelty is None else round(prediction.novelty, 4),
        "probabilities": prediction.as_mapping(),
        **({"values": prediction.as_values()} if point else {}),
        "voice": voice_data(prediction.voice),
    }


def voice_data(voice: VoiceUse | None) -> dict[str, float | None] | None:
    """By which voice something is judged, as JSON values: seconds known of it, weight 0 to 1, whose it is."""
    if voice is None:
        return None
    return {
        "seconds": rounded_time(voice.seconds),
        "weight": round(voice.weight, 4),
        "speaker": voice.speaker,
    }
