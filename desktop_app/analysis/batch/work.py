"""The work on one part: each of its recordings is analyzed, and what was found put in its place."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from desktop_app.analysis.batch.inputs import Item
from desktop_app.analysis.batch.parts import Columns, Done, Rows
from desktop_app.analysis.batch.places import Place, fetched
from desktop_app.analysis.inputs import Source
from desktop_app.analysis.recording import Previews, WriteDown
from desktop_app.analysis.result import RecordingAnalysis
from desktop_app.analysis.service import Analyzer
from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.fusion import Fusion
from desktop_app.core.fusion_file import file_sha256
from desktop_app.core.label_set import LabelSet
from desktop_app.core.safe_files import WriteError, printable_path
from desktop_app.core.types import Predictor
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.package import check_content, naming, read_content, read_manifest
from desktop_app.inference.restricted import RestrictedEngine
from desktop_app.inference.shipped import shipped_model
from desktop_app.inference.silero import detection
from desktop_app.words.transcriber import Transcriber

_TOLD_EVERY_S: Final = 1.0
_COPY: Final = 1 << 20
_OF_WORDS: Final = ("words_", "text_", "fusion_")
"""How the options begin that only words bring."""


@dataclass(frozen=True, slots=True)
class Options:
    """On what results depend, beside the model; as `emoscope analyze` has them.

    Attributes
    ----------
    frames_s : float
        Seconds between two frames of probabilities; 0 for none.
    embeddings : bool
        Whether each utterance's embedding is kept.
    words_model, words_sha256 : str
        Name of the Whisper model that writes down what is said, and its weights; empty for none.
    text_model, text_model_sha256, text_labels
        Of what tells the emotion by the words; empty for none.
    fusion_sha256 : str
        Of the file by which voice and words make one answer; empty for none.
    """

    labels: tuple[str, ...] = ()
    adapt: bool = True
    channel: str = "auto"
    detector: str = "auto"
    strict: bool = False
    frames_s: float = 0.0
    embeddings: bool = False
    words_model: str = ""
    words_sha256: str = ""
    text_model: str = ""
    text_model_sha256: str = ""
    text_labels: tuple[str, ...] = ()
    fusion_sha256: str = ""

    def data(self) -> dict[str, Any]:
        """As JSON values; of words only if there are some: runs of before there were any go on."""
        every = {**asdict(self), "text_labels": list(self.text_labels)}
        return {name: value for name, value in every.items() if value or not name.startswith(_OF_WORDS)}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Options:
        lists = {name: tuple(data.get(name, ())) for name in ("labels", "text_labels")}
        return cls(**{**data, **lists})

    def with_words(self, words: Transcriber, fusion: Path | str | None) -> Options:
        """The same with what `words`, and the file `fusion`, say of themselves.

        Raises WordsError or FusionError where one of their files cannot be read.
        """
        text = words.text_model
        return replace(
            self,
            words_model=words.model.name,
            words_sha256=words.model.sha256(),
            text_model="" if text is None else text.manifest.name,
            text_model_sha256="" if text is None else text.sha256,
            text_labels=() if text is None else text.manifest.labels,
            fusion_sha256="" if fusion is None else file_sha256(fusion),
        )


class PartWork:
    """Analyzes parts with one model, one recording after another.

    Parameters
    ----------
    engine : EmotionEngine
    options : Options
    place : Place
        Where the results go.
    write_down : callable, optional
        Asked what is said in each utterance, if the options name a model for that.
    fusion : Fusion, optional
        Makes one answer of voice and words, if the options have its hash.

    Attributes
    ----------
    made_with : dict
        Kept in each part, as JSON values: what must be the same for a run to go on.
    """

    def __init__(
        self,
        engine: EmotionEngine,
        options: Options,
        place: Place,
        write_down: WriteDown | None = None,
        fusion: Fusion | None = None,
    ) -> None:
        self._engine = engine
        self._options = options
        self._place = place
        self._labels = LabelSet.of(engine.labels, options.labels)
        detect = detection(options.detector)
        self.columns = Columns(
            self._labels.labels,
            engine.dimensions,
            options.embeddings,
            words=write_down is not None,
            text_labels=options.text_labels,
            fused=fusion is not None,
        )
        self._analyzer = Analyzer(
            engine,
            channel=ChannelChoice.parse(options.channel),
            detection=detect,
            strict=options.strict,
            session=self._session,
            write_down=write_down,
            fusion=fusion,
            corrections=False,  # of single recordings by a person: the tables hold what the model says
        )
        self.made_with = _made_with(
            (engine.name, engine.sha256), self._labels.labels, engine.dimensions, options, detect.name
        )

    def _session(self) -> Predictor:
        session: AdaptiveEngine | EmotionEngine = self._engine
        if self._options.adapt:
            session = AdaptiveEngine(self._engine)
        return session if self._labels.all_allowed else RestrictedEngine(session, self._labels)

    def run(
        self,
        number: int,
        found: list[Item],
        lost: Mapping[int, EmoscopeError] | None = None,
        told: Callable[[str, int], None] = lambda path, done: None,
    ) -> list[Done]:
        """Analyze the recordings of part `number`, and write it.

        Parameters
        ----------
        lost : mapping, optional
            By their place in the part: recordings that are not to be opened, and why.
        told : callable
            Called with the path that is worked at and how many are done, about once a second.

        Raises
        ------
        WriteError
            The part cannot be written.
        ModelError
            The model has failed, not the recording.
        """
        rows = Rows(self.columns)
        for place, item in enumerate(found):
            told(item.path, place)
            error = None if lost is None else lost.get(place)
            rows.done.append(
                self._analyzed(item, rows, told, place) if error is None else _failed(item, error)
            )
        rows.write(self._place, number, self.made_with, frames=self._options.frames_s > 0)
        return rows.done

    def _analyzed(self, item: Item, rows: Rows, told: Callable[[str, int], None], place: int) -> Done:
        last = time.monotonic()

        def alive() -> bool:
            """Asked whether to give up: never. It is asked also where no length tells how much is done."""
            nonlocal last
            if time.monotonic() - last > _TOLD_EVERY_S:
                last = time.monotonic()
                told(item.path, place)
            return False

        before = len(rows.frames)
        sha256 = ""
        try:
            with fetched(item.where, alive) as path:
                with contextlib.suppress(OSError):  # told where it is opened
                    sha256 = sha256_of(path) if path.is_file() else ""
                every_s = self._options.frames_s
                results = self._analyzer.analyze(
                    Source(path, item.path),
                    cancel=alive,
                    previews=Previews(every_s, partial(rows.add_frame, item)) if every_s > 0 else None,
                )
        except WriteError:
            raise
        except EmoscopeError as error:
            del rows.frames[before:]
            return _failed(item, error, sha256)
        except Exception as error:  # noqa: BLE001 - the other recordings are still to be analyzed
            del rows.frames[before:]
            what = f"{type(error).__name__}: {error}"
            return _failed(
                item, EmoscopeError(f"'{item.path}' could not be analyzed ({what}).", code="internal"), sha256
            )
        for analysis in results:
            rows.add(item, analysis, sha256)
        return _done(item, sha256, results)


def made_with(model: Path | str | None, options: Options) -> dict[str, Any]:
    """As `PartWork.made_with`, without opening the model; None is the one that is shipped.

    Raises
    ------
    ModelError
        The file is no model.
    CallError
        The model has not all of the labels.
    """
    path = Path(model or shipped_model())
    content = read_content(path)
    with naming(path):
        check_content(content)
        manifest = read_manifest(content)
    labels = LabelSet.of(manifest.classes, options.labels).labels
    sha256 = hashlib.sha256(content).hexdigest()
    detect = detection(options.detector).name
    return _made_with((manifest.name, sha256), labels, manifest.dimensions, options, detect)


def _made_with(
    model: tuple[str, str],
    labels: tuple[str, ...],
    dimensions: tuple[str, ...],
    options: Options,
    detector: str,
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "model": model[0],
        "model_sha256": model[1],
        "dimensions": list(dimensions),
        **options.data(),
        "labels": list(labels),
        "detector": detector,
    }


def _done(item: Item, sha256: str, results: tuple[RecordingAnalysis, ...]) -> Done:
    spoken = [segment for analysis in results for segment in analysis.spoken]
    utterances = sum(len(analysis.segments) for analysis in results)
    warnings = [warning for analysis in results for warning in analysis.warnings]
    return Done(
        item.path,
        item.source,
        item.size,
        item.stamp,
        sha256,
        round(results[0].duration_s, 6),
        round(sum(segment.duration_s for segment in spoken), 6),
        utterances,
        results[0].sample_rate,
        tuple(sorted({warning.code for warning in warnings})),
        speaker=item.speaker,
        recorded_at=item.recorded_at,
        sentences=tuple(dict.fromkeys((one.code, printable_path(one.message)) for one in warnings)),
        not_a_voice=utterances - len(spoken),
    )


def _failed(item: Item, error: EmoscopeError, sha256: str = "") -> Done:
    return Done(
        item.path,
        item.source,
        item.size,
        item.stamp,
        sha256,
        error=error.code,
        message=str(error),
        speaker=item.speaker,
        recorded_at=item.recorded_at,
    )


def sha256_of(path: Path) -> str:
    """Of a file's content, in hexadecimal. Raises OSError."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_COPY):
            found.update(block)
    return found.hexdigest()
