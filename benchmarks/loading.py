"""How fast a catalogue is loaded, beside the limit of the database: `python -m benchmarks --only loading`.

The limit is the very rows of the load, written by one connection into the same tables with all their indexes and
constraints: with COPY on PostgreSQL, with executemany on SQLite, in one transaction.
"""

import io
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from benchmarks import databases
from benchmarks.findings import Findings, Loading
from benchmarks.load import Ratio

ROUNDS = 3
AT_LEAST = 0.65
ROWS = 16_000
"""Rows that executemany is given at a time."""
_POSTGRESQL_TABLES = """
    WITH RECURSIVE refers AS (
        SELECT conrelid AS child, confrelid AS parent FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid
    ), depth AS (
        SELECT oid, 0 AS level FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        UNION SELECT child, level + 1 FROM refers JOIN depth ON parent = oid
    )
    SELECT oid::regclass::text FROM depth GROUP BY oid ORDER BY max(level), oid
"""


def measure(findings: Findings, url: str, folder: Path, command: tuple[str, ...], say: Callable[[str], None]) -> None:
    """Load the catalogue that `command` loads, and write its rows again, in turns, on both databases."""
    for what, once in (("PostgreSQL", _postgresql), ("SQLite", _sqlite)):
        found = []
        for number in range(ROUNDS):
            say(f"loading on {what}, {number + 1} of {ROUNDS}")
            found.append(once(url, folder / f"loading-{number}", command))
        works, seconds, limits = zip(*found, strict=True)
        ratios = [limit / taken for taken, limit in zip(seconds, limits, strict=True)]
        findings.loading.append(
            Loading(
                what,
                works[0] / statistics.median(seconds),
                works[0] / statistics.median(limits),
                Ratio(statistics.median(ratios), min(ratios), max(ratios)),
                AT_LEAST,
            )
        )


def _load(database: str, folder: Path, command: tuple[str, ...]) -> float:
    """Seconds that loading into a migrated, empty `database` takes, the command's start aside. Raises Failed."""
    idle = _timed(lambda: databases.run(database, folder, "manage.py", "check").wait())
    return _timed(lambda: databases.run(database, folder, *command).wait()) - idle


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _postgresql(url: str, folder: Path, command: tuple[str, ...]) -> tuple[int, float, float]:
    """Works, seconds of a load and seconds of its rows by COPY."""
    with databases.fresh(url, "octavo_load") as loaded, databases.fresh(url, "octavo_limit") as empty:
        for database in (loaded, empty):
            databases.run(database, folder, *databases.MIGRATE).wait()
        seconds = _load(loaded, folder, command)
        with psycopg.connect(loaded) as source, psycopg.connect(empty) as target:
            names = [name for (name,) in source.execute(_POSTGRESQL_TABLES) if not name.startswith("django_")]
            texts = {name: _copied(source, name) for name in names}
            limit = _timed(lambda: _write_copies(target, texts))
        return databases.books(loaded), seconds, limit


def _copied(source: "psycopg.Connection", table: str) -> bytes:
    out = io.BytesIO()
    with source.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        for part in copy:
            out.write(part)
    return out.getvalue()


def _write_copies(target: "psycopg.Connection", texts: dict[str, bytes]) -> None:
    for table, text in texts.items():
        with target.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(text)
    target.commit()


def _sqlite(url: str, folder: Path, command: tuple[str, ...]) -> tuple[int, float, float]:
    """Works, seconds of a load and seconds of its rows by executemany."""
    (folder / "sqlite").mkdir(parents=True, exist_ok=True)
    paths = [folder / "sqlite" / f"{name}.sqlite3" for name in ("loaded", "limit")]
    for path in paths:
        databases.run(f"sqlite:///{path}", folder / "sqlite", *databases.MIGRATE).wait()
    seconds = _load(f"sqlite:///{paths[0]}", folder / "sqlite", command)
    source, target = (sqlite3.connect(path) for path in paths)
    target.executescript("PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA foreign_keys=ON;")
    limit = _timed(lambda: _write_rows(target, {name: _rows(source, name) for name in _sqlite_tables(source)}))
    (works,) = source.execute("SELECT count(*) FROM books_book").fetchone()
    source.close()
    target.close()
    for path in paths:
        path.unlink()
    return works, seconds, limit


def _sqlite_tables(source: sqlite3.Connection) -> list[str]:
    """The tables that hold rows of the catalogue, FTS5's without their shadow tables."""
    found = source.execute("SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = [name for name, is_virtual in found if is_virtual]
    shadows = tuple(f"{name}_{part}" for name in virtual for part in ("data", "idx", "content", "docsize", "config"))
    return [name for name, _ in found if name not in shadows and not name.startswith(("django_", "sqlite_"))]


def _rows(source: sqlite3.Connection, table: str) -> tuple[list[str], Iterator[list[tuple[object, ...]]]]:
    cursor = source.execute(f"SELECT rowid, * FROM {table}" if _is_search(source, table) else f"SELECT * FROM {table}")
    return [column[0] for column in cursor.description], iter(lambda: cursor.fetchmany(ROWS), [])


def _is_search(source: sqlite3.Connection, table: str) -> bool:
    (sql,) = source.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
    return str(sql).startswith("CREATE VIRTUAL")


def _write_rows(
    target: sqlite3.Connection, tables: dict[str, tuple[list[str], Iterator[list[tuple[object, ...]]]]]
) -> None:
    target.execute("BEGIN")
    target.execute("PRAGMA defer_foreign_keys=ON")
    for table, (columns, parts) in tables.items():
        target.execute(f"DELETE FROM {table}")
        marks = ", ".join("?" * len(columns))
        for rows in parts:
            target.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    target.commit()
