"""Redirects and tombstones: where former keys lead, and what an upgrade makes of the merges of earlier loads."""

import pytest

from core.changes.former_keys import (
    Deleted,
    note_all_deleted,
    note_all_moved,
    note_all_used,
    note_deleted,
    note_moved,
    successor,
)
from tests.books.test_series import run
from tests.conftest import manage, new_database


def leads(*keys: str) -> list[str | None]:
    """Where each key leads: `deleted` for what was deleted, None for what was never there."""
    found: list[str | None] = []
    for key in keys:
        try:
            found.append(successor("series", key))
        except Deleted:
            found.append("deleted")
    return found


@pytest.mark.django_db
def test_keys_lead_to_the_last_one_and_nowhere_once_that_is_deleted():
    note_moved("series", "a", "b")
    note_moved("series", "b", "c")
    assert leads("a", "b", "c") == ["c", "c", None]
    note_moved("series", "c", "a")
    assert leads("a", "b", "c") == [None, "a", "a"]
    assert successor("authors", "b") is None
    note_deleted("series", "a")
    assert leads("a", "b", "c") == ["deleted"] * 3
    note_all_used("series", ["a", "never"])
    assert leads("a", "b") == [None, "deleted"]


@pytest.mark.django_db
@pytest.mark.parametrize("chunk", [1, 500])
def test_many_keys_at_once_are_as_each_alone(monkeypatch, chunk):
    monkeypatch.setattr("core.changes.former_keys.CHUNK", chunk)
    note_moved("series", "a", "b")
    note_all_moved("series", {"b": "x", "c": "x", "d": "y"})
    assert leads("a", "b", "c", "d") == ["x", "x", "x", "y"]
    note_all_deleted("series", ["x", "z"])
    assert leads("a", "b", "c", "d", "x", "z") == ["deleted", "deleted", "deleted", "y", "deleted", "deleted"]


AUTHOR = """
INSERT INTO authors_author (id, kind, name, sort_name, sort_key, match_key, alternate_names, bio, identifiers,
 books_count, sample_key, imported, created_at, updated_at)
VALUES ({id}, 'person', 'A', 'A', 'a', 'a', '[]', '', '{{}}', 0, 0, {true},
 '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00');
"""
MERGE = "INSERT INTO authors_mergedauthor VALUES ({gone}, 'years', '2026-01-01 00:00:00+00:00', {kept});"


def test_an_upgrade_leads_the_ids_of_merged_authors_to_the_survivors(tmp_path):
    """A merge whose author is still there was decided and not carried out."""
    with new_database(tmp_path, "former_keys") as url:
        env = {"PATH": "", "DATABASE_URL": url, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "settings.dev"}
        manage(env, "migrate", "--verbosity", "0", "authors", "0003")
        true = "true" if url.startswith("postgres") else "1"
        columns = "gone, evidence, merged_at, kept_id"
        merge = MERGE.replace("authors_mergedauthor", f"authors_mergedauthor ({columns})")
        authors = "".join(AUTHOR.format(id=pk, true=true) for pk in (1, 4))
        run(url, authors + merge.format(gone=2, kept=1) + merge.format(gone=3, kept=1) + merge.format(gone=4, kept=1))
        manage(env, "migrate", "--verbosity", "0")
        noted = 'SELECT resource, key, "into" FROM changes_formerkey ORDER BY key'
        assert run(url, noted) == [("authors", "2", "1"), ("authors", "3", "1")]
