"""What a connection is given, and when one is not to be kept."""

import os
import shutil
from datetime import UTC, datetime, timedelta, timezone

import httpx
import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import Transformer

from core.database.connections import UtcLoader
from tests.conftest import serving

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))


@pytest.mark.skipif(not ON_POSTGRES, reason="needs PostgreSQL")
@pytest.mark.django_db
def test_a_moment_is_read_as_django_reads_it():
    usual = connection.connection.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, psycopg.pq.Format.TEXT)
    assert usual is UtcLoader

    @given(moments)
    def reads(moment):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::timestamptz, %s::timestamptz IS NULL", [moment, None])
            assert cursor.fetchone() == (moment.astimezone(UTC), True)

    reads()


@pytest.mark.skipif(not ON_POSTGRES, reason="needs PostgreSQL")
@pytest.mark.django_db
def test_no_statement_is_compiled():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


@pytest.mark.parametrize("text", [b"infinity", b"0044-03-15 12:00:00+00 BC", b"10000-01-01 00:00:00+00"])
def test_a_moment_outside_the_calendar_is_a_data_error(text):
    with pytest.raises(psycopg.DataError):
        UtcLoader(0, Transformer().connection).load(text)


def test_a_short_and_a_long_moment_are_both_in_utc():
    assert UtcLoader(0).load(b"2026-11-21 11:23:55+00") == datetime(2026, 11, 21, 11, 23, 55, tzinfo=UTC)
    assert UtcLoader(0).load(b"2026-11-21 11:23:55.4+00").microsecond == 400_000


@pytest.mark.skipif(ON_POSTGRES, reason="needs SQLite")
def test_a_database_file_put_in_the_old_ones_place_is_read_at_once(tmp_path):
    def titles():
        return {book["title"] for _ in range(8) for book in server.get("/api/v1/books/").json()["results"]}

    with serving(tmp_path, "replaced", WEB_CONCURRENCY="1", THREADS="2") as server:
        file = tmp_path / "catalogue.sqlite3"
        shutil.copy(file, tmp_path / "other.sqlite3")
        assert titles() == set()
        other = {**server.env, "DATABASE_URL": f"sqlite:///{tmp_path / 'other.sqlite3'}"}
        type(server)(server.url, other).manage("import_books", "books/importing/sample/classics.ndjson")
        for name in ("-wal", "-shm"):
            (tmp_path / f"catalogue.sqlite3{name}").unlink(missing_ok=True)
        (tmp_path / "other.sqlite3").rename(file)
        assert len(titles()) > 20
        assert httpx.get(f"{server.url}/health/ready").status_code == 200
