"""Commands that work on the catalogue, when the database cannot be used any more halfway."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.management.catalogue import CatalogueCommand

FILL = """
    CREATE TABLE filling AS
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    SELECT randomblob(1000) FROM n
"""


class Losing(CatalogueCommand):
    """A command whose connection is ended by PostgreSQL, or for which SQLite has no room."""

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            else:
                cursor.execute("PRAGMA max_page_count = 1")
                cursor.execute(FILL)


@pytest.mark.django_db(transaction=True)
def test_a_command_that_loses_the_database_halfway_says_so_in_one_line():
    try:
        with pytest.raises(CommandError, match=r"^the database .+ cannot be used: .+") as caught:
            call_command(Losing())
    finally:
        connection.close()
    assert "\n" not in str(caught.value)
