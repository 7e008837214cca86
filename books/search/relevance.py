"""Relevance: the order of a search's books, by tiers.

Best first: the query is the title, the title begins with it, all words are in the title, in title and authors,
anywhere; within a tier, by popularity. The tier depends on the row and the query alone, so it is stable from page to
page and equal on both databases.
"""

from collections.abc import Callable
from dataclasses import replace

from django.db.models import Case, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from books.search.indexes import BOOK_INDEX, SEARCHED, anywhere
from core.database.keyset import Ordering, Term, TierTerm
from core.search.expressions import filtered_per_row, indexed_first, matching, row_matches
from core.search.index import TextIndex
from core.search.query import Match, TextQuery
from core.text import LAST_CHARACTER


def _steps(query: TextQuery) -> tuple[Match, Match, Match]:
    in_title = query.within("title", exclude_columns=SEARCHED)
    in_names = query.within("title", "authors", exclude_columns=SEARCHED)
    return in_title, in_names, anywhere(query)


def relevance_terms(query: TextQuery) -> Ordering:
    """The ordering of a search by relevance: its tiers, of which each row is in one, then popularity and id."""
    in_title, in_names, everywhere = _steps(query)
    same = Q(title_key=query.text)
    begins = Q(title_key__gt=query.text, title_key__lt=query.text + LAST_CHARACTER)
    elsewhere = Q(title_key__lt=query.text) | Q(title_key__gte=query.text + LAST_CHARACTER)

    def conditions(of: Callable[[TextIndex, Match], Func]) -> tuple[Q, ...]:
        return (
            same & Q(filtered_per_row(BOOK_INDEX, everywhere)),
            begins & Q(filtered_per_row(BOOK_INDEX, everywhere)),
            elsewhere & Q(of(BOOK_INDEX, in_title)),
            elsewhere & Q(of(BOOK_INDEX, replace(in_names, excluding=in_title))),
            elsewhere & Q(of(BOOK_INDEX, replace(everywhere, excluding=in_names))),
        )

    tier = TierTerm(
        "relevance",
        tiers=conditions(indexed_first),
        scan_conditions=conditions(filtered_per_row),
        within=matching(BOOK_INDEX, everywhere),
        each=Q(filtered_per_row(BOOK_INDEX, everywhere)),
    )
    return (tier, Term("popularity", descending=True, nullable=True), Term("id"))


def relevance(query: TextQuery) -> Combinable:
    """An SQL expression for the tier, 0 (best) to 4, of a book that matches `query`.

    It reads the search index at most twice for each row.
    """
    in_title, in_names, _ = _steps(query)
    return Case(
        When(title_key=query.text, then=Value(0)),
        When(title_key__gt=query.text, title_key__lt=query.text + LAST_CHARACTER, then=Value(1)),
        When(row_matches(BOOK_INDEX, in_title), then=Value(2)),
        When(row_matches(BOOK_INDEX, in_names), then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
