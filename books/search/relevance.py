"""Relevance: the tiers that rank the books of a search.

Best first: the book bears an ISBN of the query, the query is the title, the title begins with it, all words are in the
title, in title and authors, anywhere. The tier depends on the row and the query alone, so it is stable from page to
page and equal on both databases.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from books.search.indexes import BOOK_INDEX, SEARCHED
from books.search.words import MOST_BEGINNINGS, words_with_prefix
from books.standards.isbn import isbns_in
from core.search.expressions import matching, row_matches
from core.search.query import Match, TextQuery
from core.text import LAST_CHARACTER

BEARING, SAME, BEGINS, IN_TITLE, IN_NAMES, ANYWHERE = range(6)
"""The tiers. A book of the tiers SAME and BEGINS has all words in its title, too."""


class Tier(NamedTuple):
    """The books of one tier: by a condition that the text index answers, and by one that tests each book."""

    indexed: Q
    tested: Q


@dataclass(frozen=True, eq=False)
class BookSearch:
    """What is searched for: the conditions and tiers of one query."""

    query: TextQuery
    index = BOOK_INDEX

    @cached_property
    def levels(self) -> dict[int, Match]:
        """The Match of each tier that is by fields alone, together with the tiers before it."""
        return {
            IN_TITLE: self.query.within("title", exclude_columns=SEARCHED),
            IN_NAMES: self.query.within("title", "authors", exclude_columns=SEARCHED),
            ANYWHERE: self.query.within(*SEARCHED),
        }

    @cached_property
    def bearing(self) -> "QuerySet[Any, Any] | None":
        """The ids of the books that bear an ISBN of the query; None for a query without one."""
        isbns = isbns_in(self.query.typed)
        links = apps.get_model("books", "BookIsbn")._default_manager
        return links.filter(isbn_13__in=isbns).order_by().values("book_id").distinct() if isbns else None

    @property
    def found(self) -> Q:
        """The condition of the books that match, to be answered by the indexes."""
        return Q(pk__in=matching(BOOK_INDEX, self.levels[ANYWHERE], also=self.bearing))

    @property
    def tested(self) -> Q:
        """The condition of the books that match, to be tested on each book."""
        tested = Q(row_matches(BOOK_INDEX, self.levels[ANYWHERE]))
        return tested if self.bearing is None else Q(pk__in=self.bearing) | tested

    def beginnings(self) -> list[str]:
        """The words that begin as the last one does, from the table of words; none for more than MOST_BEGINNINGS.

        None for a search for one word, whose rows are all collected anyway.
        """
        *others, last = self.query.include
        if not others or not last.prefix or any(len(tokens) > 1 for tokens in last.spellings):
            return []
        most = MOST_BEGINNINGS + 1
        words = {word for (token,) in last.spellings for word in words_with_prefix(connection, token, most)}
        return sorted(words) if len(words) <= MOST_BEGINNINGS else []

    def relevance(self, level: Combinable | None = None) -> dict[str, Combinable]:
        """The annotations by which a book that matches has its tier as `relevance`.

        `level` is the tier by ISBN and fields alone; without it, it is computed by at most two reads of the index.
        """
        return {
            "level": level or self._level(),
            "relevance": Case(
                # The keys first: the level is computed where they hold.
                When(self._same & Q(level=IN_TITLE), then=Value(SAME)),
                When(self._begins & Q(level=IN_TITLE), then=Value(BEGINS)),
                default=F("level"),
                output_field=IntegerField(),
            ),
        }

    @cached_property
    def tiers(self) -> dict[int, Tier]:
        """The books of each tier, by its number."""
        title, names, anywhere = self.levels.values()
        elsewhere = Q(title_key__lt=self.query.text) | Q(title_key__gte=self.query.text + LAST_CHARACTER)
        by_key = {
            number: key & Q(row_matches(BOOK_INDEX, title))
            for number, key in ((SAME, self._same), (BEGINS, self._begins))
        }
        tiers = {number: Tier(condition, condition) for number, condition in by_key.items()}
        for number, where, match in (
            (IN_TITLE, elsewhere, title),
            (IN_NAMES, Q(), replace(names, excluding=title)),
            (ANYWHERE, Q(), replace(anywhere, excluding=names)),
        ):
            tiers[number] = Tier(
                where & Q(pk__in=matching(BOOK_INDEX, match)), where & Q(row_matches(BOOK_INDEX, match))
            )
        if self.bearing is None:
            return tiers
        bearing = Q(pk__in=self.bearing)
        others = {number: Tier(tier.indexed & ~bearing, tier.tested & ~bearing) for number, tier in tiers.items()}
        return {BEARING: Tier(bearing, bearing), **others}

    @property
    def _same(self) -> Q:
        return Q(title_key=self.query.text)

    @property
    def _begins(self) -> Q:
        return Q(title_key__gt=self.query.text, title_key__lt=self.query.text + LAST_CHARACTER)

    def _level(self) -> Combinable:
        by_isbn = [] if self.bearing is None else [When(pk__in=self.bearing, then=Value(BEARING))]
        title, names, _ = self.levels.values()
        return Case(
            *by_isbn,
            When(row_matches(BOOK_INDEX, title), then=Value(IN_TITLE)),
            When(row_matches(BOOK_INDEX, names), then=Value(IN_NAMES)),
            default=Value(ANYWHERE),
            output_field=IntegerField(),
        )
