"""What the tables of a run tell when they are put together: by recording, speaker, day and hour."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from desktop_app.analysis.batch.known import replaced
from desktop_app.analysis.batch.parts import UTTERANCES, Done, part_name, read_done
from desktop_app.analysis.batch.places import Place, PlaceError
from desktop_app.analysis.batch.warned import told
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.installation import install_hint

if TYPE_CHECKING:
    import duckdb

MOST_ROWS: Final = 500
"""Of speakers and recordings: those with the most speech."""
_DAY: Final = "strftime(recorded_at, '%Y-%m-%d')"
_HOUR: Final = "strftime(recorded_at, '%H') || ':00'"
GROUPS: Final = {
    "day": (_DAY, _DAY),
    "hour": (_HOUR, _HOUR),
    "speaker": ("speaker", "speaker"),
    "recording": ("source", "any_value(path)"),
}
"""What is put together in SQL, and how it is called."""
MOST_FAILED: Final = 100
_IN_TIME: Final = ("day", "hour")


@dataclass(frozen=True, slots=True)
class Group:
    """The utterances of one recording, speaker, day or hour.

    Attributes
    ----------
    name : str
        Empty where it is not known.
    recordings, utterances : int
        Utterances in which somebody speaks.
    speech_s : float
    uncertain : float
        Share of the utterances without an answer.
    confidence, novelty : float or None
        Means over the utterances; None for what the model does not tell.
    shares : dict of str to float
        Probability of each label, or value of each dimension, as a mean over the seconds of speech.
    """

    name: str
    recordings: int
    utterances: int
    speech_s: float
    uncertain: float
    confidence: float | None
    novelty: float | None
    shares: dict[str, float]

    def data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Warned:
    """A recording whose answers are doubtful or incomplete; `warnings` are codes and sentences."""

    path: str
    source: str
    warnings: Sequence[tuple[str, str]]

    def data(self) -> dict[str, Any]:
        warnings = [{"code": code, "message": sentence} for code, sentence in self.warnings]
        return {"path": self.path, "source": self.source, "warnings": warnings}


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What is in a folder of results.

    Attributes
    ----------
    made_with : mapping
        See `work.made_with`.
    recordings, failed, silent : int
        How many there are, could not be analyzed, and hold no speech.
    not_a_voice : int
        Sounds in which nobody speaks: rows of the tables that are in no group.
    sound_s : float
    all : Group
    groups : mapping of str to sequence of Group
        By the names in `GROUPS`; days and hours in their order, the others by their seconds of speech.
    left_out : mapping of str to int
        Beyond `MOST_ROWS`.
    failures, warnings : mapping of str to int
        Recordings by the code of their failure, or of what makes their answers doubtful.
    failed_ones : sequence of (path, sentence)
        The first `MOST_FAILED` of those that failed.
    warned_ones : sequence of `Warned`
        The first `MOST_ROWS` of those with warnings.
    warned : int
        How many have warnings.
    with_words : int, optional
        Utterances in which words were heard; None if nothing was written down.
    languages : mapping of str to int
        How many of them were in each language, the most frequent first.
    """

    made_with: Mapping[str, Any]
    recordings: int
    failed: int
    silent: int
    not_a_voice: int
    sound_s: float
    all: Group
    groups: Mapping[str, Sequence[Group]]
    left_out: Mapping[str, int]
    failures: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    failed_ones: Sequence[tuple[str, str]] = ()
    warned_ones: Sequence[Warned] = ()
    warned: int = 0
    with_words: int | None = None
    languages: Mapping[str, int] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "schema_version": 1,
            "made_with": dict(self.made_with),
            "recordings": self.recordings,
            "failed": self.failed,
            "silent": self.silent,
            "not_a_voice": self.not_a_voice,
            "sound_s": round(self.sound_s, 3),
            "all": self.all.data(),
            **{f"by_{name}": [group.data() for group in groups] for name, groups in self.groups.items()},
            "left_out": dict(self.left_out),
            "failures": dict(self.failures),
            "warnings": dict(self.warnings),
            "failed_recordings": [{"path": path, "message": told} for path, told in self.failed_ones],
            "warned": self.warned,
            "warned_recordings": [one.data() for one in self.warned_ones],
            **(
                {}
                if self.with_words is None
                else {"with_words": self.with_words, "languages": dict(self.languages)}
            ),
        }


class Tables:
    """The tables of a run, to be asked in SQL; a context manager.

    Attributes
    ----------
    names : tuple of str
        Labels, or dimensions.
    made_with : dict
    replaced : dict of int to set of str
        By the number of a part: recordings that do not count, since a later part holds them anew. A run that
        goes on, or was killed, has left them there.

    Raises
    ------
    EmoscopeError
        There are no results, or DuckDB is not installed.
    """

    def __init__(self, name: str) -> None:
        self.place = Place(name)
        first = next(iter(self.place.names(f"{UTTERANCES}/part-*.parquet")), None)
        if first is None:
            raise PlaceError(
                f"There are no results in '{name}'.", "'emoscope batch' makes them.", code="batch.no_results"
            )
        self.made_with: dict[str, Any] = next(read_done(self.place))[2]
        point = bool(self.made_with["dimensions"])
        self.names = tuple(self.made_with["dimensions"] if point else self.made_with["labels"])
        self.prefix = "value_" if point else "p_"
        self.replaced = dict(replaced(self.place))
        self._connection: duckdb.DuckDBPyConnection = _connected(self.place, self.replaced)

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the views `utterances`, in which somebody speaks, and `sounds`, the others.

        Raises PlaceError.
        """
        import duckdb

        try:
            return self._connection.execute(query).fetchall()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise PlaceError(
                f"The results in '{self.place.name}' cannot be read: {reason}.", code="batch.damaged"
            ) from error

    def shares(self) -> str:
        """Columns that give the mean of each label over the seconds of speech."""
        return ", ".join(
            f"sum({quoted(self.prefix + name)} * (end_s - start_s)) / sum(end_s - start_s)"
            for name in self.names
        )


def quoted(name: str) -> str:
    """The name of a column in SQL."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _connected(place: Place, replaced: Mapping[int, frozenset[str]]) -> duckdb.DuckDBPyConnection:
    try:
        import duckdb
    except ImportError as error:
        raise EmoscopeError(
            "Reports of many recordings need DuckDB, which is not installed.",
            install_hint("cluster"),
            code="batch.not_installed",
        ) from error
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    pattern = f"{glob.escape(place.address)}/{UTTERANCES}/part-*.parquet"
    if place.remote:
        connection.register_filesystem(place.filesystem)
    escaped = pattern.replace("'", "''")
    connection.execute("CREATE TEMP TABLE replaced (part VARCHAR, source VARCHAR)")
    for number, sources in replaced.items():
        connection.executemany(
            "INSERT INTO replaced VALUES (?, ?)", [[part_name(number), source] for source in sources]
        )
    kept = (
        "(parse_filename(filename), source) NOT IN (SELECT part, source FROM replaced)"
        if replaced
        else "TRUE"
    )
    # Sounds in which nobody speaks are counted, and never averaged.
    for view, which in (("utterances", "NOT not_a_voice"), ("sounds", "not_a_voice")):
        connection.execute(
            f"CREATE VIEW {view} AS SELECT * EXCLUDE (filename) "  # noqa: S608 - our own
            f"FROM read_parquet('{escaped}', filename = true) WHERE {which} AND {kept}"
        )
    return connection


def report(name: str) -> BatchReport:
    """Put together what is in a folder of results.

    Raises
    ------
    EmoscopeError
        There are none, or they cannot be read.
    """
    with Tables(name) as tables:
        groups, left_out = {}, {}
        for kind, (key, called) in GROUPS.items():
            found = _grouped(tables, key, called, in_order=kind in _IN_TIME)
            if kind not in _IN_TIME and len(found) > MOST_ROWS:
                left_out[kind] = len(found) - MOST_ROWS
                found = found[:MOST_ROWS]
            groups[kind] = found
        whole = _grouped(tables, "()", "''", in_order=True)
        languages = _languages(tables)
        failures: dict[str, int] = {}
        warnings: dict[str, int] = {}
        failed_ones: list[tuple[str, str]] = []
        warned_ones: list[Warned] = []
        recordings = silent = warned = 0
        sound_s = 0.0
        for number, every, _ in read_done(tables.place):
            gone = tables.replaced.get(number, frozenset())
            done = [one for one in every if one.source not in gone]
            recordings += len(done)
            for one in done:
                sound_s += one.duration_s
                silent += _is_silent(one)
                if one.error:
                    if len(failed_ones) < MOST_FAILED:
                        failed_ones.append((one.path, one.message))
                    failures[one.error] = failures.get(one.error, 0) + 1
                if one.warnings:
                    warned += 1
                    if len(warned_ones) < MOST_ROWS:
                        warned_ones.append(Warned(one.path, one.source, told(one)))
                for code in one.warnings:
                    warnings[code] = warnings.get(code, 0) + 1
        return BatchReport(
            tables.made_with,
            recordings,
            sum(failures.values()),
            silent,
            tables.ask("SELECT count(*) FROM sounds")[0][0],
            sound_s,
            whole[0] if whole else Group("", 0, 0, 0.0, 0.0, None, None, {}),
            groups,
            left_out,
            dict(sorted(failures.items())),
            dict(sorted(warnings.items())),
            failed_ones,
            warned_ones,
            warned,
            None if languages is None else sum(languages.values()),
            languages or {},
        )


def _languages(tables: Tables) -> dict[str, int] | None:
    """Utterances with words in each language; None if nothing was written down."""
    if not tables.made_with.get("words_sha256"):
        return None
    rows = tables.ask(
        "SELECT coalesce(language, ''), count(*) FROM utterances WHERE text <> '' GROUP BY 1 "
        "ORDER BY 2 DESC, 1"
    )
    return dict(rows)


def _is_silent(one: Done) -> bool:
    return not one.error and one.speech_s == 0


def _grouped(tables: Tables, key: str, called: str, *, in_order: bool) -> list[Group]:
    order = "1" if in_order else "4 DESC, 1"
    rows = tables.ask(
        f"SELECT {called}, count(DISTINCT source), count(*), sum(end_s - start_s), "  # noqa: S608 - our own
        f"avg(uncertain::INT), avg(confidence), avg(novelty), {tables.shares()} "
        f"FROM utterances GROUP BY {key} ORDER BY {order}"
    )
    return [
        Group(
            "" if name is None else str(name),
            recordings,
            utterances,
            float(speech_s),
            float(uncertain),
            confidence,
            novelty,
            dict(zip(tables.names, shares, strict=True)),
        )
        for name, recordings, utterances, speech_s, uncertain, confidence, novelty, *shares in rows
    ]
