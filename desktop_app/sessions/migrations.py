"""The version of the database's layout, and how an older file becomes the present one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Final

VERSION: Final = 4
"""Of `schema.sql`; stands in each file as its ``user_version``."""
APPLICATION_ID: Final = 0x456D6F73
"""Tells that a file is of Emoscope (``Emos``), in its header."""

MIGRATIONS: Final[Mapping[int, str]] = {
    1: "ALTER TABLE session ADD COLUMN deleted REAL; ALTER TABLE session ADD COLUMN sound TEXT;",
    2: (
        "ALTER TABLE engine ADD COLUMN dimensions TEXT NOT NULL DEFAULT '[]'; "
        "ALTER TABLE utterance ADD COLUMN point TEXT;"
    ),
    3: (
        "CREATE TABLE words (session INTEGER NOT NULL, segment INTEGER NOT NULL, transcript TEXT NOT NULL, "
        "wall_clock REAL NOT NULL, PRIMARY KEY (session, segment), "
        "FOREIGN KEY (session, segment) REFERENCES utterance ON DELETE CASCADE) STRICT;"
    ),
}
"""SQL that takes a file of a version to the next one, by the version that it begins with."""


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, within a transaction of the caller's."""
    _run(connection, (resources.files(__package__) / "schema.sql").read_text(encoding="utf-8"))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Take a file of an older `version` to the present one, within a transaction of the caller's."""
    for old in range(version, VERSION):
        _run(connection, MIGRATIONS[old])
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _run(connection: sqlite3.Connection, script: str) -> None:
    """As `executescript`, which would end the transaction first."""
    for statement in _statements(script):
        connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
