from typing import Any

import pytest

from books.importing.readers.octavo_credits import credits_of


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        # What is said of one author keeps a name in one piece.
        ({"name": "Jane Doe and John Roe"}, ["Jane Doe", "John Roe"]),
        ({"name": "Jane Doe and John Roe", "kind": "person"}, ["Jane Doe and John Roe"]),
        ({"name": "Jane Doe and John Roe", "birth_year": 1900}, ["Jane Doe and John Roe"]),
        ({"name": "Jane Doe and John Roe", "alternate_names": ["J. J. Doeroe"]}, ["Jane Doe and John Roe"]),
        # A semicolon parts two all the same, and the year is neither's.
        ({"name": "Jane Doe; John Roe", "birth_year": 1900}, ["Jane Doe", "John Roe"]),
    ],
)
def test_what_is_said_of_one_author_keeps_a_name_whole(author: dict[str, Any], expected: list[str]) -> None:
    credits = credits_of([author])
    assert [credit.name for credit in credits] == expected
    assert [credit.birth_year for credit in credits] == [
        author.get("birth_year") if len(expected) == 1 else None
    ] * len(expected)


@pytest.mark.parametrize(
    ("author", "roles"),
    [
        ({"name": "Jane Doe"}, ["author"]),
        ({"name": "Jane Doe", "role": "translator"}, ["translator"]),
        ({"name": "Jane Doe (illustrator)", "role": "translator"}, ["illustrator", "translator"]),
        ({"name": "Jane Doe (illustrator)", "role": "illustrator"}, ["illustrator"]),
    ],
)
def test_a_role_in_the_name_stands_beside_the_one_that_is_given(author: dict[str, Any], roles: list[str]) -> None:
    assert [(credit.name, credit.role) for credit in credits_of([author])] == [("Jane Doe", role) for role in roles]


def test_who_has_years_of_life_is_a_person() -> None:
    [named], [dated] = (
        credits_of([{"name": "Reese Brothers"}]),
        credits_of([{"name": "Reese Brothers", "birth_year": 1927}]),
    )
    assert (named.kind, named.sort_name) == ("organisation", "Reese Brothers")
    assert (dated.kind, dated.sort_name, dated.birth_year) == ("person", "Brothers, Reese", 1927)
