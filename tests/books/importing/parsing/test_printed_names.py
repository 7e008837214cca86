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
        ("Samuel Harden Church", "Church, Samuel Harden"),
        ("Alonzo Church", "Church, Alonzo"),
        ("F. Forrester Church", "Church, F. Forrester"),
        ("Kwame Bank", "Bank, Kwame"),
        ("Rosalind Britain", "Britain, Rosalind"),
        ("Robert W. Service", "Service, Robert W."),
        ("Maeve B. Union", "Union, Maeve B."),
        ("J. F. Bank", "Bank, J. F."),
        ("Joyce Brothers", "Brothers, Joyce"),
        ("Bill Press", "Press, Bill"),
        ("Plato", "Plato"),
        ("신경숙", "신경숙"),
        ("村上 春樹", "村上 春樹"),
        ("김 영하", "김 영하"),
        ("Sun Tzu", "Sun Tzu"),
        ("Ibn Khaldun", "Ibn Khaldun"),
        ("Thich Nhat Hanh", "Nhat Hanh, Thich"),
        ("Dalai Lama XIV", "Dalai Lama XIV"),
        ("Elizabeth II", "Elizabeth II"),
        ("Henry VIII", "Henry VIII"),
        ("Malcolm X", "X, Malcolm"),
        ("Pope John Paul II", "John Paul II, Pope"),
        ("Saint Thomas Aquinas", "Thomas Aquinas, Saint"),
        ("Mother Teresa", "Teresa, Mother"),
        ("Brother Lawrence of the Resurrection", "Lawrence of the Resurrection, Brother"),
        ("Pliny the Elder", "Pliny the Elder"),
        ("Thomas à Kempis", "Thomas à Kempis"),
        ("Thomas Aquinas", "Thomas Aquinas"),
        ("Leonardo da Vinci", "Leonardo da Vinci"),
        ("Omar Khayyám", "Omar Khayyám"),
        ("Le Corbusier", "Le Corbusier"),
        ("Yrsa Sigurðardóttir", "Yrsa Sigurðardóttir"),
        ("Arnaldur Indriðason", "Arnaldur Indriðason"),
        ("Stieg Larsson", "Larsson, Stieg"),
        ("J. D.", "J. D."),
        ("An Na", "Na, An"),
        ("Al Franken", "Franken, Al"),
        ("A. A. Milne", "Milne, A. A."),
        ("A Lady of Quality", "Lady of Quality, A"),
    ],
)
def test_printed_names_are_shown_as_they_are_and_filed_by_family_name(name: str, sort_name: str) -> None:
    assert parse_plain_name(name) == Name("person", name, sort_name)


def test_spaces_in_printed_names_are_made_single() -> None:
    assert parse_plain_name("Betty   Smith ") == Name("person", "Betty Smith", "Smith, Betty")


@pytest.mark.parametrize(
    ("name", "sort_name"),
    [
        ("The Beatles", "Beatles, The"),
        ("The Church of Jesus Christ of Latter-day Saints", "Church of Jesus Christ of Latter-day Saints, The"),
        ("American Psychiatric Association", "American Psychiatric Association"),
        ("A & W Productions", "A & W Productions"),
        ("JN Productions", "JN Productions"),
        ("Better Homes and Gardens", "Better Homes and Gardens"),
        ("America's Test Kitchen", "America's Test Kitchen"),
        ("Warner Brothers", "Warner Brothers"),
        ("Olmsted Brothers", "Olmsted Brothers"),
        ("European Union", "European Union"),
        ("Great Britain", "Great Britain"),
        ("Anglican Church", "Anglican Church"),
        ("World Bank", "World Bank"),
        ("International Acceptance Bank", "International Acceptance Bank"),
        ("Dave Matthews Band", "Dave Matthews Band"),
        ("John Murray Press", "John Murray Press"),
        ("Indiana U. Press", "Indiana U. Press"),
        ("Columbia U Press", "Columbia U Press"),
        ("Channel 4 Press", "Channel 4 Press"),
        ("F. T. Press", "F. T. Press"),
        ("Elizabeth College", "Elizabeth College"),
        ("Home & School", "Home & School"),
        ("John Wesley Methodist Church", "John Wesley Methodist Church"),
    ],
)
def test_printed_bodies_are_filed_by_their_first_word_but_an_article(name: str, sort_name: str) -> None:
    assert parse_plain_name(name) == Name("organisation", name, sort_name)


@pytest.mark.parametrize("name", ["Various", "Anonymous", "Unknown"])
def test_printed_placeholders_are_no_persons(name: str) -> None:
    assert parse_plain_name(name) == Name("placeholder", name, name)


@given(st.text())
def test_any_printed_name_gives_a_name(text: str) -> None:
    name = parse_plain_name(text)
    assert name.name
    assert name.sort_name
