import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.readers import octavo
from books.importing.records import BrokenFile, Credit, Record, Rejection, Topic
from tests.support.parsing import parsed

HEADER = '{"_format":"octavo","version":1,"source":"classics"}\n'


def read(*lines: str) -> list[Record | Rejection]:
    return parsed(octavo.read([HEADER, *(line + "\n" for line in lines)]))


def read_one(**fields: Any) -> Record | Rejection:
    [item] = read(json.dumps({"key": "1", "title": "T", **fields}))
    return item


def record(**fields: Any) -> Record:
    item = read_one(**fields)
    assert isinstance(item, Record), item
    return item


EMMA: dict[str, Any] = {
    "key": "emma",
    "title": "Emma ",
    "subtitle": "A novel",
    "part": "Volume 1",
    "authors": [{"name": "Austen, Jane", "birth_year": 1775, "death_year": 1817, "alternate_names": ["A Lady"]}],
    "categories": [["Literature", "Novels"], ["Classics"]],
    "subjects": ["Courtship", {"name": "England", "kind": "place"}],
    "languages": ["eng", "en-GB"],
    "original_languages": ["en"],
    "first_published_year": 1815,
    "published": "1815-12-23",
    "publisher": "John Murray",
    "pages": 400,
    "format": "text",
    "identifiers": {"oclc": ["1", "2"]},
    "isbns": ["0-306-40615-2", "9780306406157", "123"],
    "series": [{"name": "Novels", "position": "4"}, {"name": "Classics"}],
    "description": "One.\nTwo.",
    "cover": {"medium": "https://example.org/m.jpg"},
    "rating_average": 4,
    "ratings_count": 10,
    "popularity": 20,
    "work": "W1",
    "links": [{"rel": "source", "media_type": "text/html", "url": "https://example.org/"}],
    "extra": {"binding": "boards"},
    "shelfmark": "A 1",
}
EMMA_RECORD = Record(
    key="emma",
    position=2,
    title="Emma",
    subtitle="A novel",
    part="Volume 1",
    credits=[
        Credit(
            "Austen, Jane, 1775-1817",
            "Jane Austen",
            "Austen, Jane",
            birth_year=1775,
            death_year=1817,
            alternate_names=("A Lady",),
        )
    ],
    categories=[("Literature", "Novels"), ("Classics",)],
    subjects=[Topic("Courtship"), Topic("England", "place")],
    series=[("Novels", "4"), ("Classics", "")],
    languages=["en"],
    original_languages=["en"],
    first_published_year=1815,
    published_year=1815,
    published="1815-12-23",
    publisher="John Murray",
    pages=400,
    format="text",
    identifiers=[("oclc", "1"), ("oclc", "2"), ("isbn_invalid", "123")],
    isbns=["9780306406157"],
    links=[("source", "text/html", "https://example.org/")],
    description="One.\nTwo.",
    cover={"medium": "https://example.org/m.jpg"},
    rating_average=4.0,
    ratings_count=10,
    popularity=20,
    work="W1",
    extra={"binding": "boards", "shelfmark": "A 1", "regions": ["GB"]},
)


def test_a_line_gives_the_whole_record() -> None:
    assert record(**EMMA) == EMMA_RECORD


@pytest.mark.parametrize(
    ("author", "heading", "name"),
    [
        ({"name": "Aesop", "birth_year": -621}, "Aesop, 621 BCE-", "Aesop"),
        ({"name": "Austen, Jane, 1775-1817", "birth_year": 1775}, "Austen, Jane, 1775-1817", "Jane Austen"),
        ({"name": "Doe, Jane"}, "Doe, Jane", "Jane Doe"),
        ({"name": "Smith, Son", "kind": "organisation"}, "Smith, Son", "Smith, Son"),
    ],
)
def test_an_author_is_known_by_name_and_years(author: dict[str, Any], heading: str, name: str) -> None:
    [credit] = record(authors=[author]).credits
    assert (credit.heading, credit.name) == (heading, name)


@pytest.mark.parametrize(
    ("texts", "isbns", "identifiers", "extra"),
    [
        (["0316769177 (pbk.)"], ["9780316769174"], [], {"source_isbns": ["0316769177 (pbk.)"]}),
        (["ISBN 0-316-76917-7"], ["9780316769174"], [], {}),
        (["ISBN-13: 978-0-316-76917-4", "urn:isbn:0316769177"], ["9780316769174"], [], {}),
        (["٩٧٨٠٣٠٦٤٠٦١٥٧", "080442957x"], ["9780306406157", "9780804429573"], [], {}),
        (
            ["0316769177 ; 0-8044-2957-X"], ["9780316769174", "9780804429573"], [],
            {"source_isbns": ["0316769177 ; 0-8044-2957-X"]},
        ),
        # The wrong one beside a right one is kept in the field's text, alone it is an identifier.
        (
            ["0316769178 (v. 1), 080442957X (v. 2)"], ["9780804429573"], [],
            {"source_isbns": ["0316769178 (v. 1), 080442957X (v. 2)"]},
        ),
        (["0316769178 (pbk.)"], [], [("isbn_invalid", "0316769178 (pbk.)")], {}),
        (["10316769177"], [], [("isbn_invalid", "10316769177")], {}),
        (["on0316769177", "x" * 200], [], [("isbn_invalid", "on0316769177"), ("isbn_invalid", "x" * 200)], {}),
    ],
)  # fmt: skip
def test_an_isbn_is_read_in_any_form_and_what_stands_beside_it_is_kept(
    texts: list[str], isbns: list[str], identifiers: list[tuple[str, str]], extra: dict[str, list[str]]
) -> None:
    book = record(isbns=texts)
    assert (book.isbns, book.identifiers, book.extra) == (isbns, identifiers, extra)


def test_languages_are_codes_or_names_and_the_rest_goes_to_extra() -> None:
    book = record(
        languages=["German", "Español", "ger", "de-AT", "tok", "Portuguese (Brazil)", "Klingonish", "mul"],
        original_languages=["Greek, Ancient (to 1453)", "Interlingua (International Auxiliary Language Association)"],
    )
    assert (book.languages, book.original_languages) == (["de", "es", "tok", "pt"], ["grc", "ia"])
    assert book.extra == {"regions": ["AT", "Brazil"], "unknown_languages": ["Klingonish", "mul"]}


def test_roles_are_words_or_codes() -> None:
    credits = record(authors=[{"name": "A", "role": "trl"}, {"name": "A", "role": "Gaffer"}]).credits
    assert [(credit.role, credit.note) for credit in credits] == [("translator", ""), ("contributor", "Gaffer")]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["L.E. Modesitt", "Jr."], ["L.E. Modesitt Jr."]),
        (["Jane Doe", "Ph.D.", "John Roe"], ["Jane Doe", "John Roe"]),
        (["Jane B. Reece", "et al."], ["Jane B. Reece"]),
        (["Jane B. Reece", "and others"], ["Jane B. Reece"]),
        (["Anna Greene ; Ben Okafor (translator)"], ["Anna Greene", "Ben Okafor"]),
    ],
)
def test_what_is_nobodys_name_is_no_author(names: list[str], expected: list[str]) -> None:
    assert [credit.name for credit in record(authors=[{"name": name} for name in names]).credits] == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"key": 1}, "key must be text."),
        ({"key": " "}, "key must not be empty."),
        ({"title": None}, "title is missing."),
        ({"title": ["T"]}, "title must be text."),
        ({"authors": "Austen, Jane"}, "authors must be a list."),
        ({"authors": [{"role": "aut"}]}, "authors[0].name is missing."),
        ({"authors": [{"name": "A"}, {"name": 3}]}, "authors[1].name must be text."),
        ({"authors": [{"name": "A", "birth": 3}]}, "authors[0].birth is not known."),
        ({"authors": [{"name": "A", "kind": "dog"}]},
         "authors[0].kind must be one of organisation, person, placeholder."),
        ({"categories": ["Novels"]}, "categories[0] must be a list."),
        ({"categories": [["a"], ["b", 3]]}, "categories[1][1] must be text."),
        ({"categories": [[]]}, "categories[0] must not be empty."),
        ({"subjects": [3]}, "subjects[0] must be an object."),
        ({"subjects": [{"name": "x", "kind": "mood"}]},
         "subjects[0].kind must be one of class, genre, person, place, shelf, time, topic."),
        ({"languages": "en"}, "languages must be a list."),
        ({"pages": True}, "pages must be a whole number."),
        ({"pages": 0}, "pages must be between 1 and 2147483647."),
        ({"pages": 3.5}, "pages must be a whole number."),
        ({"published": "1815-13"}, "published is no date of the calendar."),
        ({"published": "Spring 1815"}, "published must be YYYY, YYYY-MM or YYYY-MM-DD."),
        ({"identifiers": {"oclc": "1"}}, "identifiers.oclc must be a list."),
        ({"rating_average": "6"}, "rating_average must be a number."),
        ({"links": [{"rel": "source"}]}, "links[0].url is missing."),
        ({"cover": {"huge": "x"}}, "cover.huge must be one of large, medium, small."),
        ({"extra": []}, "extra must be an object."),
        ({"format": "x" * 81}, "format is longer than 80 characters."),
    ],
)  # fmt: skip
def test_a_wrong_type_is_rejected_by_the_name_of_the_field(fields: dict[str, Any], message: str) -> None:
    item = read_one(**fields)
    assert isinstance(item, Rejection)
    assert (item.position, item.reason, item.message) == (2, "invalid_field", message)


def test_null_is_the_same_as_nothing() -> None:
    nothing = dict.fromkeys(["subtitle", "authors", "pages", "published", "cover", "extra", "other"])
    assert record(**nothing) == record()


def test_a_line_that_is_no_object_is_rejected_and_the_next_is_read() -> None:
    items = read('{"key": ', "[]", "", '{"key": "1", "title": "T"}')
    assert [(item.position, getattr(item, "reason", "")) for item in items] == [
        (2, "malformed_json"),
        (3, "invalid_field"),
        (5, ""),
    ]


def test_nul_characters_go_and_backslashes_stay() -> None:
    assert record(title="a\0b", extra={"x": "\0\0", "y": "\\u0000"}).extra == {"x": "", "y": "\\u0000"}
    assert record(title="a\0b").title == "ab"


def test_extra_nested_beyond_reason_is_rejected() -> None:
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    item = read_one(extra={"deep": deep})
    assert isinstance(item, Rejection)
    assert item.message == "extra.deep is nested too deeply."


def test_a_title_too_long_is_kept_whole_in_extra() -> None:
    book = record(title="x" * 3_000)
    assert (len(book.title), book.extra) == (1_000, {"source_title": "x" * 3_000})


@pytest.mark.parametrize(
    "header",
    [
        '{"_format":"octavo","version":2,"source":"x"}',
        '{"_format":"octavo","version":1,"source":7}',
        '{"key":"1","title":"T"}',
        "",
    ],
)
def test_a_wrong_header_breaks_the_file(header: str) -> None:
    with pytest.raises(BrokenFile):
        list(octavo.read([header + "\n", '{"key":"1","title":"T"}\n']))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5_000, 5_000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "kind", "x"]), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(octavo.FIELDS)), JSON))
def test_any_object_is_a_record_or_a_rejection_that_names_a_field(fields: dict[str, Any]) -> None:
    item = read_one(**fields)
    if isinstance(item, Rejection):
        assert item.reason == "invalid_field"
        assert item.message.split(".")[0].split("[")[0].split()[0] in octavo.FIELDS
    else:
        assert item.title
        assert 0 not in (item.first_published_year, item.published_year)
        assert all(0 not in (credit.birth_year, credit.death_year) for credit in item.credits)


@given(st.text())
def test_any_line_is_a_record_a_rejection_or_blank(line: str) -> None:
    for item in parsed(octavo.read([HEADER, line])):
        assert item.position == 2
