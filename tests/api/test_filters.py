"""Every filter over the real catalogues, compared with an oracle that tests each book in Python."""

import random

import pytest

from core.database.counting import EXACT_UP_TO
from core.search.query import Phrase
from core.text import fold, match_key
from tests.support.oracle import Oracle, has_phrase, has_words, written

_held: list[Oracle] = []


@pytest.fixture
def oracle(real_db):
    if not _held:
        _held.append(Oracle())
    return _held[0]


def alive(oracle, book, first, last):
    for author, _ in oracle.credits.get(book, ()):
        born, died = (oracle.authors[author][f"{end}_year"] for end in ("birth", "death"))
        if born is None and died is None:
            continue
        born, died = (died - 100 if born is None else born), (born + 100 if died is None else died)
        if (first is None or died >= first) and (last is None or born <= last):
            return True
    return False


def author_named(oracle, book, typed):
    return any(has_words(oracle.names(author), typed) for author, _ in oracle.credits.get(book, ()))


def anywhere(oracle, book):
    return [text for texts in oracle.fields(book).values() for text in texts]


def topics(oracle, book):
    subjects = [oracle.subjects[pk] for pk in oracle.subjects_of.get(book, ())]
    labels = [label for pk in oracle.shelved.get(book, ()) for label in oracle.categories[pk]["path"]]
    return written(*(s["name"] for s in subjects if s["kind"] != "class"), *labels)


def between(column, low, high):
    def holds(oracle, book):
        value = oracle.books[book][column]
        return value is not None and low <= value <= high

    return holds


def classes(oracle, book):
    return {
        oracle.subjects[pk]["name"] for pk in oracle.subjects_of.get(book, ()) if oracle.subjects[pk]["kind"] == "class"
    }


def in_class(oracle, book, code):
    """Whether the book's class is `code` or a numbered part of it."""
    return any(c == code or (c.startswith(code) and c[len(code)].isdigit()) for c in classes(oracle, book))


CONDITIONS = {
    "search=shakespeare hamlet": lambda o, b: has_words(anywhere(o, b), "shakespeare hamlet"),
    "search=HAMLÉT": lambda o, b: has_words(anywhere(o, b), "hamlet"),
    "search=ha\u0301mlet": lambda o, b: has_words(anywhere(o, b), "hamlet"),
    'search="sense and sensibility" austen': lambda o, b: (
        has_phrase(anywhere(o, b), Phrase(("sense", "and", "sensibility"))) and has_words(anywhere(o, b), "austen")
    ),
    'search="pride and prejudice"': lambda o, b: has_phrase(anywhere(o, b), Phrase(("pride", "and", "prejudice"))),
    "search=hamlet -shakespeare": lambda o, b: (
        has_words(anywhere(o, b), "hamlet") and not has_phrase(anywhere(o, b), Phrase(("shakespeare",)))
    ),
    "search=水": lambda o, b: has_words(anywhere(o, b), "水"),
    "search=三國": lambda o, b: has_words(anywhere(o, b), "三國"),
    "title=time machi": lambda o, b: has_words(o.fields(b)["title"], "time machi"),
    "author_name=austen": lambda o, b: author_named(o, b, "austen"),
    "author_name=jane aus": lambda o, b: author_named(o, b, "jane aus"),
    "author_name=Brontë": lambda o, b: author_named(o, b, "bronte"),
    "topic=whaling": lambda o, b: has_words(topics(o, b), "whaling"),
    "topic=science fiction mars": lambda o, b: has_words(topics(o, b), "science fiction mars"),
    "author_alive_from=-600&author_alive_to=-400": lambda o, b: alive(o, b, -600, -400),
    "author_alive_from=1985": lambda o, b: alive(o, b, 1985, None),
    "author_alive_to=-300": lambda o, b: alive(o, b, None, -300),
    "role=translator": lambda o, b: any(role == "translator" for _, role in o.credits.get(b, ())),
    "category=cooking-drinking": lambda o, b: "cooking-drinking" in o.categories_of.get(b, ()),
    "category=history-medieval-the-middle-ages,cooking-drinking": lambda o, b: bool(
        {"history-medieval-the-middle-ages", "cooking-drinking"} & o.categories_of.get(b, set())
    ),
    "category_all=history,cooking-drinking": lambda o, b: (
        {"history", "cooking-drinking"} <= o.categories_of.get(b, set())
    ),
    "category=cooking-drinking&category_not=history": lambda o, b: (
        "cooking-drinking" in o.categories_of.get(b, ()) and "history" not in o.categories_of.get(b, ())
    ),
    "subject=whaling-fiction": lambda o, b: "whaling-fiction" in o.subject_slugs(b),
    "subject=shelf-opera": lambda o, b: False,
    "subject=shelf-opera&subject_kind=shelf": lambda o, b: "shelf-opera" in o.subject_slugs(b, ["shelf"]),
    "subject_all=whaling-fiction,sea-stories": lambda o, b: {"whaling-fiction", "sea-stories"} <= o.subject_slugs(b),
    "classification=lcc:QA": lambda o, b: in_class(o, b, "QA"),
    "classification=lcc:E": lambda o, b: in_class(o, b, "E"),
    "language=fy,cy": lambda o, b: bool({"fy", "cy"} & set(o.languages_of.get(b, ()))),
    "language=wel": lambda o, b: "cy" in o.languages_of.get(b, ()),
    "language=en-US&title=ham": lambda o, b: (
        "en" in o.languages_of.get(b, ()) and has_words(o.fields(b)["title"], "ham")
    ),
    "language_not=en&search=hamlet": lambda o, b: (
        "en" not in o.languages_of.get(b, ()) and has_words(anywhere(o, b), "hamlet")
    ),
    "series=the hunger GAMES": lambda o, b: any(match_key(n) == "the hunger games" for n in o.series_of.get(b, ())),
    "work=goodreads:2792775": lambda o, b: o.books[b]["work"] == "goodreads:2792775",
    "isbn=0-439-02348-3,9780439023481": lambda o, b: "9780439023481" in o.isbns_of.get(b, ()),
    "identifier=gutenberg:1342,gutenberg:84": lambda o, b: bool(
        {("gutenberg", "1342"), ("gutenberg", "84")} & set(o.identifiers_of.get(b, ()))
    ),
    "first_published_year=1605": between("first_published_year", 1605, 1605),
    "first_published_year_min=2016": between("first_published_year", 2016, 9999),
    "first_published_year_max=-1": between("first_published_year", -9999, -1),
    "first_published_year_min=1700&first_published_year_max=1750": between("first_published_year", 1700, 1750),
    "published_year=2000": between("published_year", 2000, 2000),
    "published_year_min=1": between("published_year", 1, 9999),
    "published_year_max=2000": between("published_year", -9999, 2000),
    "rating_min=4.7": between("rating_average", 4.7, 5),
    "has_cover=true&first_published_year_min=2015": lambda o, b: (
        bool(o.books[b]["cover"]) and (o.books[b]["first_published_year"] or 0) >= 2015
    ),
    "has_cover=false&first_published_year_min=2015": lambda o, b: (
        not o.books[b]["cover"] and (o.books[b]["first_published_year"] or 0) >= 2015
    ),
    "created_since=2100-01-01": lambda o, b: False,
    "updated_since=2100-01-01T00:00:00Z": lambda o, b: False,
    "publisher=zzzz": lambda o, b: has_words([fold(o.books[b]["publisher"]).split()], "zzzz"),
}


def walk(api, query):
    """(ids, first page) of a list followed to its end."""
    page = first = api.get(f"/api/v1/books/?page_size=100&{query}").json()
    found = []
    while True:
        found += [item["id"] for item in page["results"]]
        if not page["next"]:
            return found, first
        page = api.get(page["next"]).json()


@pytest.mark.parametrize("query", CONDITIONS)
def test_a_filter_finds_what_looking_at_every_book_finds(api, oracle, query):
    expected = oracle.ids(lambda book: CONDITIONS[query](oracle, book))
    found, first = walk(api, query.replace(" ", "%20").replace('"', "%22"))
    assert bool(expected) == (query not in EMPTY)
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert first["count_exact"] is True
    assert first["count"] == len(expected)


# Conditions that no book of these catalogues meets: their correct result is empty.
EMPTY = {
    "subject=shelf-opera",
    "created_since=2100-01-01",
    "updated_since=2100-01-01T00:00:00Z",
    "publisher=zzzz",
    "published_year=2000",
    "published_year_min=1",
    "published_year_max=2000",
    "role=translator",
}


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("language=en", lambda o, b: "en" in o.languages_of.get(b, ())),
        ("language_not=en", lambda o, b: "en" not in o.languages_of.get(b, ())),
        ("category=history", lambda o, b: "history" in o.categories_of.get(b, ())),
        ("category_not=history", lambda o, b: "history" not in o.categories_of.get(b, ())),
        ("has_cover=false", lambda o, b: not o.books[b]["cover"]),
        ("search=the", lambda o, b: has_words(anywhere(o, b), "the")),
    ],
)
def test_a_broad_filter_counts_exactly_when_told_and_estimates_well_otherwise(api, oracle, query, condition):
    expected = len(oracle.ids(lambda book: condition(oracle, book)))
    exact = api.get(f"/api/v1/books/?count=exact&{query}").json()
    assert (exact["count"], exact["count_exact"]) == (expected, True)
    usual = api.get(f"/api/v1/books/?{query}").json()
    if usual["count_exact"]:
        assert usual["count"] == expected
    else:
        assert usual["count"] == pytest.approx(expected, rel=0.25)


def test_an_author_filter_finds_the_books_of_each(api, oracle):
    prolific = sorted(oracle.authors.values(), key=lambda a: -a["books_count"])[5:60:11]
    for author in prolific:
        expected = oracle.ids(lambda b, pk=author["id"]: any(a == pk for a, _ in oracle.credits.get(b, ())))
        assert author["books_count"] == len(expected)
        found, first = walk(api, f"author={author['id']}")
        assert set(found) == expected
        assert first["count"] == len(expected)


def test_ids_are_listed_and_unknown_ones_named(api, oracle):
    some = random.Random(7).sample(sorted(oracle.books), 40)
    page = api.get(f"/api/v1/books/?page_size=100&ids={','.join(map(str, [*some, 999_999_999]))}").json()
    assert {item["id"] for item in page["results"]} == set(some)
    assert page["missing"] == [999_999_999]


COLUMNS = {
    "title": "sort_title", "published_year": "published_year", "first_published_year": "first_published_year",
    "popularity": "popularity", "rating": "rating_average", "created_at": "created_at", "updated_at": "updated_at",
    "author": "author_key", "id": "id",
}  # fmt: skip


def expected_order(oracle, ordering):
    """Ids in an order, by stable sorts from the last term to the first; nulls last both ways."""
    terms = [(COLUMNS[name.lstrip("-")], name.startswith("-")) for name in ordering.split(",")]
    rows = sorted(oracle.books.values(), key=lambda row: row["id"], reverse=terms[-1][1])
    for column, descending in terms[::-1]:
        present = sorted((r for r in rows if r[column] is not None), key=lambda r: r[column], reverse=descending)
        rows = present + [r for r in rows if r[column] is None]
    return [row["id"] for row in rows]


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", COLUMNS)
def test_an_ordering_gives_the_order_of_a_plain_sort(api, oracle, name, sign):
    expected = expected_order(oracle, sign + name)
    page = api.get(f"/api/v1/books/?page_size=100&ordering={sign}{name}").json()
    assert [item["id"] for item in page["results"]] == expected[:100]
    page = api.get(f"/api/v1/books/?page_size=100&page=97&ordering={sign}{name}").json()
    assert [item["id"] for item in page["results"]] == expected[9600:9700]
    page = api.get(page["previous"]).json()
    assert [item["id"] for item in page["results"]] == expected[9500:9600]


@pytest.mark.parametrize("ordering", ["-popularity,title", "-first_published_year,title", "author,-rating,title"])
def test_combined_orderings_hold_across_pages(api, oracle, ordering):
    expected = expected_order(oracle, ordering)
    page = api.get(f"/api/v1/books/?page_size=100&ordering={ordering}").json()
    for start in range(0, 1200, 100):
        assert [item["id"] for item in page["results"]] == expected[start : start + 100]
        page = api.get(page["next"]).json()
    page = api.get(page["previous"]).json()
    assert [item["id"] for item in page["results"]] == expected[1100:1200]


@pytest.mark.parametrize("few", [0, EXACT_UP_TO])
@pytest.mark.parametrize("query", ["hamlet", "time machine", "shakespeare", "the adventures of", "dickens"])
def test_relevance_ranks_by_tier_then_popularity_then_id(api, oracle, monkeypatch, query, few):
    monkeypatch.setattr("core.search.few.FEW", few)

    def key(book):
        row, fields = oracle.books[book], oracle.fields(book)
        title, names = fields["title"], [*fields["title"], *fields["authors"]]
        if row["title_key"] == query:
            tier = 0
        elif row["title_key"].startswith(query):
            tier = 1
        else:
            tier = 2 if has_words(title, query) else 3 if has_words(names, query) else 4
        return (tier, row["popularity"] is None, -(row["popularity"] or 0), book)

    matches = oracle.ids(lambda book: has_words(anywhere(oracle, book), query))
    expected = sorted(matches, key=key)[:300]
    page = api.get(f"/api/v1/books/?page_size=60&search={query}").json()
    found = [item["id"] for item in page["results"]]
    while page["next"] and len(found) < 300:
        page = api.get(page["next"]).json()
        found += [item["id"] for item in page["results"]]
    assert found[:300] == expected


def test_a_random_order_is_the_seeds_and_gives_every_row_once(api, oracle):
    found, first = walk(api, "ordering=random&seed=42&language=cy")
    assert found != sorted(found)
    assert len(found) == len(set(found)) == first["count"]
    assert walk(api, "ordering=random&seed=42&language=cy")[0] == found
    assert walk(api, "ordering=random&seed=43&language=cy")[0] != found
