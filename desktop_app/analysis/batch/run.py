"""A run over many recordings: what is still to be done is handed to a pool, and what was done is told."""

from __future__ import annotations

import array
import contextlib
import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from desktop_app.analysis.batch.inputs import Item, Told, items, parts
from desktop_app.analysis.batch.known import Found, Known, identity, replaced
from desktop_app.analysis.batch.parts import (
    FRAMES,
    UTTERANCES,
    Done,
    part_name,
    read_done,
    read_part,
    without,
    write_failures,
)
from desktop_app.analysis.batch.places import Place, is_remote, local_path
from desktop_app.analysis.batch.pool import Pool
from desktop_app.analysis.batch.work import sha256_of
from desktop_app.core.errors import CallError
from desktop_app.core.growing_file import LineFile
from desktop_app.core.safe_files import WriteError, write_chunks

MANIFEST: Final = "manifest.json"
LOG: Final = "batch.log"
_ROOM: Final = 10_000
"""Numbers of parts: far more than a cluster has before it at once."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    done, total, failed : int
        Recordings of this run.
    sound_s : float
        Seconds of sound that this run has analyzed.
    elapsed_s : float
    """

    done: int
    total: int
    failed: int
    sound_s: float
    elapsed_s: float

    @property
    def left_s(self) -> float | None:
        """Seconds until the end, if it goes on so; None before anything is done."""
        return None if self.done == 0 else self.elapsed_s / self.done * (self.total - self.done)

    @property
    def hours_a_minute(self) -> float:
        """Hours of sound in a minute of work."""
        return self.sound_s / 60 / self.elapsed_s if self.elapsed_s > 0 else 0.0


class BatchRun:
    """Recordings that have no result yet, and the folder where results go. A context manager.

    Parameters
    ----------
    names : sequence of str
        See `inputs.items`.
    out : str
        A folder, or a URL that fsspec knows.
    made_with : mapping
        See `work.made_with`.
    endings, pattern
        See `inputs.items`.
    retry_failed : bool
        Whether recordings that could not be analyzed are tried again.
    told : callable
        See `inputs.items`.

    Attributes
    ----------
    total : int
        Recordings to be analyzed.
    known : int
        Recordings of which results are there, and which have not changed.

    Raises
    ------
    CallError
        The folder holds results of another model or other options.
    EmoscopeError
        There is nothing to be analyzed, or a place cannot be used.
    """

    def __init__(
        self,
        names: Sequence[str],
        out: str,
        made_with: Mapping[str, Any],
        *,
        endings: frozenset[str],
        pattern: str | None = None,
        retry_failed: bool = False,
        told: Told = lambda what: None,
    ) -> None:
        self._made_with = json.loads(json.dumps(made_with))
        self._place = Place(out)
        self._retry = retry_failed
        self._stack = contextlib.ExitStack()
        self._numbers = threading.Lock()
        self.total = self.known = 0
        with contextlib.ExitStack() as opened:
            self._place.make()
            self._log: LineFile | None = None
            if (log := self._place.local(LOG)) is not None:  # held by one run at a time
                self._log = opened.enter_context(contextlib.closing(_held(log, out)))
            self._known = self._read_known()
            self._next = self._known.next_part
            self._spool = opened.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
            self._list(items(names, endings, pattern, told))
            self._stack = opened.pop_all()

    def __enter__(self) -> BatchRun:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def place(self) -> Place:
        return self._place

    def next_part(self) -> int:
        """The number of a part that is not there yet."""
        with self._numbers:
            self._next += 1
            return self._next - 1

    def leave_room(self) -> None:
        """Leave out the numbers of parts that an earlier run has handed to a cluster and not heard of again.

        What a worker has begun it brings to its end, also when the run has gone: under a number that is given
        anew it would replace the results of other recordings.
        """
        with self._numbers:
            self._next += _ROOM

    def work(self, pool: Pool) -> Iterator[Progress]:
        """Have everything analyzed; how far it is, after each part."""
        begun = time.monotonic()
        done = failed = 0
        sound_s = 0.0
        self._note(f"began: {self.total} recordings, {self.known} done before")
        results = pool.results(self._parts())
        with contextlib.closing(results):
            for result in results:
                done += len(result.done)
                failed += sum(bool(one.error) for one in result.done)
                sound_s += sum(one.duration_s for one in result.done)
                self._note(f"{part_name(result.number)}: {len(result.done)} recordings")
                yield Progress(done, self.total, failed, sound_s, time.monotonic() - begun)

    def finish(self) -> tuple[int, int, dict[str, int]]:
        """Write what tells about all parts; recordings in them, how many failed, and how many have a warning.

        The last by the warnings' codes.

        What has changed since an earlier run goes out of its older part.
        """
        self._remove_replaced()
        files, failed = 0, []
        utterances, not_a_voice, sound_s, speech_s = 0, 0, 0.0, 0.0
        told_apart = True
        warned: Counter[str] = Counter()
        for _, done, _ in read_done(self._place):
            files += len(done)
            failed += [one for one in done if one.error]
            utterances += sum(one.utterances for one in done)
            not_a_voice += sum(one.not_a_voice or 0 for one in done)
            told_apart &= all(one.not_a_voice is not None for one in done if one.utterances)
            warned.update(code for one in done for code in one.warnings)
            sound_s += sum(one.duration_s for one in done)
            speech_s += sum(one.speech_s for one in done)
        write_failures(self._place, failed)
        warnings = dict(sorted(warned.items()))
        totals = {
            "recordings": files,
            "failed": len(failed),
            "utterances": utterances,
            **({"not_a_voice": not_a_voice} if told_apart else {}),
            "sound_s": round(sound_s, 3),
            "speech_s": round(speech_s, 3),
            "warnings": warnings,
        }
        self._write_manifest(totals)
        self._note(f"ended: {files} recordings, {len(failed)} failed")
        return files, len(failed), warnings

    # --- what is to be done ---

    def _read_known(self) -> Known:
        def checked() -> Iterator[tuple[int, list[Done]]]:
            for number, done, made_with in read_done(self._place):
                if made_with != self._made_with:
                    other = _difference(made_with, self._made_with)
                    raise CallError(
                        f"The results in '{self._place.name}' were made with {other}.",
                        "Call it as before, or name another folder with --out.",
                        code="call.other_run",
                    )
                yield number, done

        known = Known(checked())
        self._remove_lone_frames()
        return known

    def _remove_lone_frames(self) -> None:
        """Frames of parts without utterances: a run was killed between them, or they were removed."""
        there = {name.rpartition("/")[2] for name in self._place.names(f"{UTTERANCES}/part-*.parquet")}
        for name in self._place.names(f"{FRAMES}/part-*.parquet"):
            if name.rpartition("/")[2] not in there:
                self._place.remove(name)

    def _list(self, found: Iterator[Item]) -> None:
        """Keep on disk what is still to be done: a million recordings are too many to be remembered.

        What is named twice is analyzed once.
        """
        listed = array.array("Q")
        for item in found:
            if (known := self._known.find(item)) is not None and self._is_done(item, known):
                self.known += 1
                continue
            self._spool.write(json.dumps(item.data()) + "\n")
            listed.append(identity(item.source))
        first = np.unique(np.array(listed, np.uint64), return_index=True)[1]
        self._first = np.sort(first)
        self.total = len(first)

    def _is_done(self, item: Item, known: Found) -> bool:
        """Whether the results are of this recording: by its stamp, and if that has changed by its content."""
        if known.failed:
            return known.unchanged and not self._retry
        if known.unchanged:
            return True
        if is_remote(item.where):
            return False
        done = read_part(self._place, known.part)[0]
        before = next((one for one in done if one.source == item.source), None)
        if before is None or before.size != item.size or not before.sha256:
            return False
        with contextlib.suppress(OSError):
            return sha256_of(local_path(item.where)) == before.sha256
        return False

    def _parts(self) -> Iterator[tuple[int, list[Item]]]:
        self._spool.flush()
        self._spool.seek(0)
        for part in parts(_read_items(self._spool, self._first)):
            yield self.next_part(), part

    def _remove_replaced(self) -> None:
        """What a later part holds goes out of the older ones; so does what a killed run has left twice."""
        for number, gone in replaced(self._place):
            without(self._place, number, gone)

    # --- what is told ---

    def _write_manifest(self, totals: Mapping[str, Any]) -> None:
        def chunks() -> Iterator[bytes]:
            head = {"schema_version": 1, "made_with": self._made_with, **totals}
            yield json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}").encode()
            yield b',\n  "parts": ['
            between = b"\n"
            for number, done, _ in read_done(self._place):
                told = {"part": part_name(number), "recordings": [_entry(one) for one in done]}
                yield between + b"    " + json.dumps(told, ensure_ascii=False).encode()
                between = b",\n"
            yield b"\n  ]\n}\n"

        if (path := self._place.local(MANIFEST)) is not None:
            write_chunks(path, chunks(), "manifest")
        else:
            self._place.write(MANIFEST, b"".join(chunks()), "manifest")

    def _note(self, text: str) -> None:
        if self._log is not None:
            self._log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}")


def _held(log: Path, out: str) -> LineFile:
    """The log of a folder that no other run writes into. Raises WriteError."""
    try:
        return LineFile(log, "log", append=True)
    except WriteError as error:
        if error.code != "write.in_use":
            raise
        raise WriteError(
            f"The folder '{out}' is being written by another run.",
            "Wait for its end, or name another folder with --out.",
            code=error.code,
        ) from error


def _entry(one: Done) -> dict[str, Any]:
    """What the manifest tells of a recording."""
    told: dict[str, Any] = {
        "path": one.path,
        "source": one.source,
        "sha256": one.sha256,
        "size": one.size,
        "duration_s": one.duration_s,
        "utterances": one.utterances,
    }
    if one.warnings:
        told["warnings"] = list(one.warnings)
    return {**told, "error": one.error} if one.error else told


def _read_items(spool: IO[str], wanted: npt.NDArray[np.intp]) -> Iterator[Item]:
    """Those at the places `wanted`, which are in order."""
    places = iter(wanted)
    place = next(places, None)
    for number, line in enumerate(spool):
        if number == place:
            yield Item(**json.loads(line))
            place = next(places, None)


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """In words: what an earlier run had otherwise."""
    if before.get("model_sha256") != now["model_sha256"]:
        return f"another model, '{before.get('model')}'"
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    options = dict.fromkeys(map(_option, names))
    return f"another choice of {', '.join(options)}"


def _option(name: str) -> str:
    """By which option a part of `Options` is chosen, such as words_sha256 and frames_s."""
    return "--text-model" if name.startswith("text_") else f"--{name.partition('_')[0]}"
