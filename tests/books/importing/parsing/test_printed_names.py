import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.parsing.headings import Name, parse_plain_name


@pytest.mark.parametrize(
    ("name", "sort_name"),
    [
        ("J.K. Rowling", "Rowling, J.K."),
        ("Gabriel García Márquez", "García Márquez, Gabriel"),
        ("Mario Vargas Llosa", "Vargas Llosa, Mario"),
        ("Ursula K. Le Guin", "Le Guin, Ursula K."),
        ("Martin Luther King Jr.", "King, Martin Luther, Jr."),
        ("Malcolm Jones III", "Jones, Malcolm, III"),
        ("Honoré de Balzac", "Balzac, Honoré de"),
        ("Vincent van Gogh", "Gogh, Vincent van"),
        ("Ruud van der Rol", "Rol, Ruud van der"),
        ("Chris Van Allsburg", "Van Allsburg, Chris"),
        ("John le Carré", "le Carré, John"),
        ("Daphne du Maurier", "du Maurier, Daphne"),
        ("Miguel de Cervantes Saavedra", "Cervantes Saavedra, Miguel de"),
        ("Dr. Seuss", "Seuss, Dr."),
        ("Augustine of Hippo", "Augustine of Hippo"),
        ("Caroline Jayne Church", "Church, Caroline Jayne"),
        ("Plato", "Plato"),
        ("신경숙", "신경숙"),
    ],
)
def test_printed_names_are_shown_as_they_are_and_filed_by_family_name(name: str, sort_name: str) -> None:
    assert parse_plain_name(name) == Name("person", name, sort_name)


def test_spaces_in_printed_names_are_made_single() -> None:
    assert parse_plain_name("Betty   Smith ") == Name("person", "Betty Smith", "Smith, Betty")


@pytest.mark.parametrize(
    "name", ["The Beatles", "American Psychiatric Association", "Better Homes and Gardens", "America's Test Kitchen"]
)
def test_printed_bodies_are_filed_as_they_are(name: str) -> None:
    assert parse_plain_name(name) == Name("organisation", name, name)


@pytest.mark.parametrize("name", ["Various", "Anonymous", "Unknown"])
def test_printed_placeholders_are_no_persons(name: str) -> None:
    assert parse_plain_name(name) == Name("placeholder", name, name)


@given(st.text())
def test_any_printed_name_gives_a_name(text: str) -> None:
    name = parse_plain_name(text)
    assert name.name
    assert name.sort_name
