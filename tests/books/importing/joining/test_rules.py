"""When two headings of different sources are one author: a table of rules, in both orders of the files."""

from dataclasses import dataclass, field

import pytest

from authors.models import Author
from books.counts import recount
from books.importing.loader import load
from tests.books.catalogue import credit, index_rows, record

pytestmark = pytest.mark.django_db

Books = dict[str, int | None]
ROBERT, R_W = "Chambers, Robert W.", "Chambers, R. W., 1874-1942"
RAYMOND = "Chambers, R. W. (Raymond Wilson), 1874-1942"
TWAIN = "Twain, Mark, 1835-1910"


@dataclass(frozen=True)
class Rule:
    """Two headings, each with the books of its source by title and year, and by what evidence they are one, if any.

    `others` are books of the first source by somebody else; `names` are alternate names of the first heading.
    """

    says: str
    one: str
    its: Books
    other: str
    theirs: Books
    by: str | None
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    crowd: int = 0
    credit: dict[str, str] = field(default_factory=dict)


T: Books = {"Travels": None}
U: Books = {"Umbrellas": None}
RULES = [
    Rule("both years", "Smith, John, 1800-1850", T, "Smith, John, 1800-1850", U, "life"),
    Rule("both years, a name of both", "Clemens, Samuel, 1835-1910", T, TWAIN, U, "life", ("Mark Twain",)),
    Rule("both years, initials", "Smith, J. H., 1800-1850", T, "Smith, John Henry, 1800-1850", U, "life"),
    Rule("both years, Sir", "Scott, Walter, Sir, 1771-1832", T, "Scott, Walter, 1771-1832", U, "life"),
    Rule("both years, other name", "Smith, John, 1800-1850", T, "Smith, James, 1800-1850", U, None),
    Rule("both years, Mrs.", "Wood, Henry, Mrs., 1814-1887", T, "Wood, Henry, 1814-1887", U, None),
    Rule("one year alone", "Smith, John, 1800-", T, "Smith, John, 1800-1850", U, None),
    Rule("no years", "Smith, John", T, "Smith, John", U, None),
    Rule("another year", "Smith, John, 1800-1850", T, "Smith, John, 1801-1850", T, None),
    Rule("title", "Smith, John", T, "Smith, John", T, "title"),
    Rule("title as folded", "Smith, John", {"Émile": None}, "Smith, John, 1800-", {"EMILE": None}, "title"),
    Rule("title before years", "Smith, John", {"Travels": 1830}, "Smith, John, 1800-1850", T, "title"),
    Rule("title though the year is long after", "Smith, John", {"Travels": 1999}, "Smith, John, 1800-1850", T, "title"),
    Rule("title without words", "Smith, John", {"?": None}, "Smith, John", {"?": None}, None),
    Rule("title of a third", "Smith, John", T, "Smith, John", T, None, others=("Travels",)),
    Rule("another title of a third", "Smith, John", T, "Smith, John", {**T, **U}, "title", others=("Umbrellas",)),
    Rule("title with others credited", "Smith, John", T, "Smith, John", T, "title", crowd=8),
    Rule("title, initials", "Henry, O. S.", T, "Henry, Olive Sarah", T, "title"),
    Rule("title, another name", "Smith, John", T, "Smith, James", T, None),
    Rule("title, a name missing", "Smith, John Henry", T, "Smith, John", T, None),
    Rule("years", "Smith, John", {"Travels": 1830, "Towns": 1845}, "Smith, John, 1800-1850", U, "years"),
    Rule("years, every book", "Smith, John", {"Travels": 1830, "Towns": 1999}, "Smith, John, 1800-1850", U, None),
    Rule("years, not before", "Smith, John", {"Travels": 1830, "Towns": 1700}, "Smith, John, 1800-1850", U, None),
    Rule("years, one without", "Smith, John", {"Travels": 1830, "Towns": None}, "Smith, John, 1800-1850", U, "years"),
    Rule("years, none", "Smith, John", T, "Smith, John, 1800-1850", U, None),
    Rule("years, at fifteen", "Smith, John", {"Travels": 1815}, "Smith, John, 1800-1850", U, "years"),
    Rule("years, at fourteen", "Smith, John", {"Travels": 1814}, "Smith, John, 1800-1850", U, None),
    Rule("years, five after", "Smith, John", {"Travels": 1855}, "Smith, John, 1800-1850", U, "years"),
    Rule("years, six after", "Smith, John", {"Travels": 1856}, "Smith, John, 1800-1850", U, None),
    Rule("years, birth alone", "Smith, John", {"Travels": 1890}, "Smith, John, 1800-", U, "years"),
    Rule("years, birth alone, too late", "Smith, John", {"Travels": 1891}, "Smith, John, 1800-", U, None),
    Rule("years, death alone", "Smith, John", {"Travels": 1760}, "Smith, John, -1850", U, "years"),
    Rule("years, death alone, too early", "Smith, John", {"Travels": 1759}, "Smith, John, -1850", U, None),
    Rule("years before Christ", "Plato", {"Travels": -380}, "Plato, 428 BCE-348 BCE", U, "years"),
    Rule("years of a crowded book", "Smith, John", {"Travels": 1830}, "Smith, John, 1800-1850", U, None, crowd=5),
    Rule("years of a full book", "Smith, John", {"Travels": 1830}, "Smith, John, 1800-1850", U, "years", crowd=4),
    Rule("years, both dated", "Smith, John, 1800-", {"Travels": 1830}, "Smith, John, -1850", U, None),
    Rule("initials", ROBERT, {"Travels": 1920}, R_W, U, "years"),
    Rule("initials, a fuller form", ROBERT, {"Travels": 1920}, RAYMOND, U, None),
    Rule("initials, its fuller form", ROBERT, {"Travels": 1920}, RAYMOND.replace("Raymond", "Robert"), U, "years"),
    Rule("bodies, a title", "Smith & Sons", T, "Smith & Sons", T, "title"),
    Rule("bodies, years", "Smith & Sons", {"Travels": 1830}, "Smith & Sons", U, None),
    Rule("a body and a person", "Smith & Sons", T, "Smith & Sons", T, None, credit={"kind": "person"}),
    Rule("placeholders", "Anonymous", T, "ANONYMOUS", U, ""),
    Rule("Robert Greene", "Robert Greene", {"Laws": 1998}, "Greene, Robert, 1558-1592", {"Menaphon": 1589}, None),
]  # fmt: skip


def files(rule):
    """The records of the two sources of a rule."""
    mine, theirs = credit(rule.one), credit(rule.other, **rule.credit)
    mine.alternate_names += rule.names
    crowd = [credit(f"Crowd, Number{n}") for n in range(rule.crowd)]
    one = [(title, year, [mine, *crowd]) for title, year in rule.its.items()]
    one += [(title, None, [credit("Third, Tom")]) for title in rule.others]
    other = [(title, year, [theirs]) for title, year in rule.theirs.items()]
    # A book without authors is by nobody else.
    other += [(title, None, []) for title in rule.theirs]
    return {"one": made(one), "other": made(other)}


def made(books):
    return [
        record(str(number), title, first_published_year=year, credits=credits)
        for number, (title, year, credits) in enumerate(books, 1)
    ]


@pytest.mark.parametrize("order", [("one", "other"), ("other", "one")], ids="-".join)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_two_headings_are_one_author_only_on_evidence(rule, order):
    records = files(rule)
    summaries = [load(iter(records[source]), source) for source in order]
    authors = Author.objects.exclude(sort_name__startswith="Crowd").exclude(sort_name__startswith="Third")
    assert authors.count() == (2 if rule.by is None else 1)
    assert [dict(summary.joined) for summary in summaries] == [{}, {rule.by: 1} if rule.by else {}]
    if rule.by is not None:
        headings = [(each.source, each.heading) for each in authors.get().headings.order_by("source")]
        assert headings == [("one", rule.one), ("other", rule.other)]
    assert recount() == 0
    before, after = index_rows()
    assert before == after
