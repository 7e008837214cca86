"""Where books are searched, and what makes one result better than another.

Relevance depends on the row and the query alone: the title itself, a title that begins so, all
words in the title, in title and authors, anywhere; within each, popularity. So it is stable
from page to page and the same on both databases.
"""

from collections.abc import Callable
from dataclasses import replace

from django.db.models import Case, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from core.keyset import Ordering, Term, TierTerm
from core.textindex import TextIndex
from core.textquery import Match, TextQuery

BOOK_INDEX = TextIndex(
    "books_search",
    "book_id",
    "books_book",
    {
        "title": ("words", "A"),
        "authors": ("words", "B"),
        "subtitle": ("words", "C"),
        "subjects": ("words", "D"),
        "publisher": ("facets", "A"),
        "topics": ("facets", "B"),
    },
    alone=frozenset({"title", "authors"}),
)
SUBJECT_INDEX = TextIndex("subjects_search", "subject_id", "books_subject", {"name": ("words", "A")})
SEARCHED = ("title", "authors", "subtitle", "subjects")
STATEMENT = "statement_of_responsibility"
"""The name in a book's `extra` of what its title page says of who made it: searched along with the subtitle."""

_LAST = "\U0010ffff"


def anywhere(query: TextQuery) -> Match:
    """What `search` finds: every word in title, subtitle, authors or subjects."""
    return query.within(*SEARCHED)


def _steps(query: TextQuery) -> tuple[Match, Match, Match]:
    in_title = query.within("title", everywhere=SEARCHED)
    in_names = query.within("title", "authors", everywhere=SEARCHED)
    return in_title, in_names, anywhere(query)


def relevance_terms(query: TextQuery) -> Ordering:
    """The ordering by relevance, as tiers that share no row."""
    in_title, in_names, everywhere = _steps(query)
    same = Q(title_key=query.text)
    begins = Q(title_key__gt=query.text, title_key__lt=query.text + _LAST)
    elsewhere = Q(title_key__lt=query.text) | Q(title_key__gte=query.text + _LAST)

    def conditions(of: Callable[[Match], Func]) -> tuple[Q, ...]:
        return (
            same & Q(BOOK_INDEX.looked_at(everywhere)),
            begins & Q(BOOK_INDEX.looked_at(everywhere)),
            elsewhere & Q(of(in_title)),
            elsewhere & Q(of(replace(in_names, minus=in_title))),
            elsewhere & Q(of(replace(everywhere, minus=in_names))),
        )

    tier = TierTerm(
        "relevance",
        tiers=conditions(BOOK_INDEX.found),
        walked=conditions(BOOK_INDEX.looked_at),
        within=BOOK_INDEX.matching(everywhere),
        each=Q(BOOK_INDEX.looked_at(everywhere)),
    )
    return (tier, Term("popularity", descending=True, nullable=True), Term("id"))


def relevance(query: TextQuery) -> Combinable:
    """The tier of a row that matches `query`, 0 (best) to 4; reads the index once or twice a row."""
    in_title, in_names, _ = _steps(query)
    return Case(
        When(title_key=query.text, then=Value(0)),
        When(title_key__gt=query.text, title_key__lt=query.text + _LAST, then=Value(1)),
        When(BOOK_INDEX.matches(in_title), then=Value(2)),
        When(BOOK_INDEX.matches(in_names), then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
