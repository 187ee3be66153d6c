"""Where the results of an analysis go: checked before the work, and written as results come."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from desktop_app.analysis.formats import FORMATS, RecordingResult, ResultFormat
from desktop_app.analysis.heard_sound import Keep
from desktop_app.analysis.inputs import Source
from desktop_app.analysis.journal import InMemory, Journal
from desktop_app.analysis.report import (
    Provenance,
    csv_head,
    csv_rows,
    error_data,
    json_chunks,
)
from desktop_app.analysis.service import Results
from desktop_app.core.errors import CallError, EmoscopeError
from desktop_app.core.safe_files import WriteError, check_place, check_places, check_targets, write_chunks

STDOUT: Final = "-"
_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be written where; None is not asked for, ``-`` is stdout.

    Attributes
    ----------
    single : mapping
        For the name of each format of which a recording has a file of its own, where it goes by the source's
        number.
    sound : bool
        HTML reports hold the sound.
    csv_separator : str
        One character.
    csv_bom : bool
        Begin the CSV with a byte order mark: Excel takes it for a sign of UTF-8.
    """

    json: str | None = None
    csv: str | None = None
    single: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    sound: bool = False
    csv_separator: str = ","
    csv_bom: bool = False

    def named(self) -> list[str]:
        """Every target once."""
        wanted = [self.json, self.csv, *self._single()]
        return [target for target in wanted if target is not None]

    @property
    def keep(self) -> Keep:
        """How much of what is heard the reports need."""
        if not any(FORMATS[name].draws and targets for name, targets in self.single.items()):
            return Keep.NOTHING
        return Keep.SOUND if self.sound else Keep.OUTLINE

    def of(self, number: int) -> dict[str, str]:
        """Where the files of one source go, by the name of their format."""
        return {name: targets[number] for name, targets in self.single.items() if number in targets}

    def _single(self) -> list[str]:
        """The files of single recordings, format by format, each once."""
        return [target for targets in self.single.values() for target in dict.fromkeys(targets.values())]

    def journal(self) -> Path | None:
        """Where results are kept until the reports can be written; None if there is no report on disk."""
        for target in (self.json, self.csv, *self._single()):
            if target is not None and target != STDOUT and not _is_special(target):
                return Path(f"{target}.partial")
        return None

    def check(self, sources: Sequence[Source], model: str | None, profile: str | None) -> None:
        """Refuse, before hours of work, what could not be written after it.

        Raises
        ------
        CallError
            An output is an input, or two go to one place.
        WriteError
            A place cannot be written to.
        """
        check_targets(
            self.named(), recordings=[source.path for source in sources], model=model, profile=profile
        )
        check_places(self.named(), "report")
        journal = self.journal()
        if journal is not None and len(sources) > 1:
            check_place(journal, "file of results so far")


def single_targets(kind: ResultFormat, out: str, sources: Sequence[Source]) -> dict[int, str]:
    """Where the file of each source goes, by its number; the folder is made if it is not there.

    Raises
    ------
    CallError
        `out` cannot take so many.
    WriteError
        The folder cannot be made.
    """
    folder = Path(out)
    if len(sources) == 1 and not folder.is_dir() and not out.endswith("/"):
        return {0: out}
    if out == STDOUT:
        raise CallError(f"--{kind.name} - takes one recording; for several, name a folder.")
    if folder.exists() and not folder.is_dir():
        raise CallError(f"--{kind.name} takes a folder for several recordings, and '{out}' is a file.")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        why = (error.strerror or "it cannot be made").lower()
        raise WriteError(f"The folder '{out}' for the {kind.title} cannot be made: {why}.") from error
    targets: dict[int, str] = {}
    of_source: dict[tuple[Path, bool], str] = {}
    taken: set[str] = set()
    for number, source in enumerate(sources):
        path = Path(source.name)
        same = (path, source.piped)  # a file may be called stdin as well
        if same not in of_source:
            # Recordings of one name, such as a.wav and a.mp3, keep their endings; two folders' get numbers.
            names = [path.stem, path.name, *(f"{path.name}-{k}" for k in range(2, len(sources) + 2))]
            name = next(name for name in names if name.casefold() not in taken)
            taken.add(name.casefold())
            of_source[same] = str(folder / f"{name}{kind.ending}")
        targets[number] = of_source[same]
    return targets


def _is_special(target: str) -> bool:
    return Path(target).exists() and not Path(target).is_file()


class Reports:
    """Takes results as they come, keeps them, and writes what is asked for.

    What is one recording's own (a TextGrid, subtitles, a page) is written when the recording is done, a CSV
    on stdout grows by the recordings in their order, and the other reports are written at the end, each in
    one step: until then an older one stays. Meanwhile results are kept in a journal beside the first report.
    A run that goes on analyzes those recordings again of which a file of their own is not there.

    Parameters
    ----------
    made_with : Provenance
    sources : sequence of Source
    stdout : file
        What ``-`` stands for.
    options : mapping
        JSON values on which results depend, beside the model: a run with others cannot be resumed.
    resume : bool
        Go on with the journal of a run that did not come to its end.

    Raises
    ------
    CallError, WriteError
        As `Journal` does.
    """

    def __init__(
        self,
        targets: Targets,
        made_with: Provenance,
        sources: Sequence[Source],
        stdout: IO[str],
        *,
        options: Mapping[str, Any] | None = None,
        resume: bool = False,
    ) -> None:
        self._targets = targets
        self._made_with = made_with
        self._sources = sources
        self._stdout = stdout
        self._next = 0  # the first source whose result was not handed on
        self._other_errors: list[dict[str, Any]] = []
        self.failed = 0
        self.journal = targets.journal() if len(sources) > 1 else None
        self._kept: Journal | InMemory = (
            InMemory(sources)
            if self.journal is None
            else Journal(
                self.journal,
                {"model_sha256": made_with.model_sha256, **(options or {})},
                sources,
                resume=resume,
            )
        )
        self._not_written = {
            number
            for number in range(len(sources))
            if number not in self._kept.missing
            and not all(Path(target).exists() for target in targets.of(number).values())
        }
        if targets.csv == STDOUT:
            stdout.write(self._csv_head())

    @property
    def missing(self) -> list[int]:
        """Numbers of the sources that have no result yet, or not all files of their own."""
        return sorted({*self._kept.missing, *self._not_written})

    @property
    def done(self) -> int:
        return len(self._sources) - len(self.missing)

    def take(self, number: int, result: Results | EmoscopeError) -> None:
        """Take what was found in a source, or why nothing was. Raises WriteError."""
        targets = self._targets.of(number)
        if targets and not isinstance(result, EmoscopeError):
            ready = RecordingResult.of(self._made_with, result)
            for name, target in targets.items():
                self._deliver(target, [FORMATS[name].write(ready)])
        self._kept.add(number, result)
        self._not_written.discard(number)

    def take_error(self, name: str, error: EmoscopeError) -> None:
        """Take a failure that belongs to no source, such as of a folder."""
        self._other_errors.append(error_data(name, error))
        self.failed += 1

    def ready(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Results whose turn has come, in the order of the sources, each once: `files` and `error`."""
        while self._next < len(self._sources):
            entry = self._kept.entry(self._next)
            if entry is None or self._next in self._not_written:
                return
            self.failed += entry["error"] is not None
            if self._targets.csv == STDOUT:
                self._stdout.write("".join(self._rows(entry)))
                self._stdout.flush()
            yield self._next, entry
            self._next += 1

    def finish(self) -> None:
        """Write the reports that hold everything; then the journal goes. Raises WriteError."""
        if self._targets.json is not None:
            files = (file for entry in self._entries() for file in entry["files"])
            errors = (entry["error"] for entry in self._entries() if entry["error"] is not None)
            chunks = json_chunks(self._made_with, files, [*errors, *self._other_errors])
            self._deliver(self._targets.json, chunks)
        if self._targets.csv is not None and self._targets.csv != STDOUT:
            rows = (row for entry in self._entries() for row in self._rows(entry))
            self._deliver(self._targets.csv, itertools.chain([self._csv_head()], rows))
        self._kept.close(remove=True)

    def close(self) -> None:
        """Let go of what is open; results without a report stay in the journal. Idempotent."""
        self._kept.close(remove=False)

    def _entries(self) -> Iterator[Mapping[str, Any]]:
        for number in range(len(self._sources)):
            entry = self._kept.entry(number)
            if entry is not None:
                yield entry

    def _csv_head(self) -> str:
        mark = _BOM if self._targets.csv_bom else ""
        return mark + csv_head(
            self._made_with.labels,
            self._targets.csv_separator,
            self._made_with.dimensions,
            text=self._made_with.words_model is not None,
            emotion=self._made_with.text_model is not None,
        )

    def _rows(self, entry: Mapping[str, Any]) -> Iterator[str]:
        for file in entry["files"]:
            labels, dimensions = self._made_with.labels, self._made_with.dimensions
            text, emotion = (
                asked is not None for asked in (self._made_with.words_model, self._made_with.text_model)
            )
            separator = self._targets.csv_separator
            yield csv_rows(file, labels, separator, dimensions, text=text, emotion=emotion)

    def _deliver(self, target: str, chunks: Iterable[str]) -> None:
        if target == STDOUT:
            self._stdout.writelines(chunks)
        else:
            write_chunks(target, (chunk.encode() for chunk in chunks))
