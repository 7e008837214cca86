"""Which suggestions are the best, by looking at every row: the definition that books.suggestions keeps to."""

from typing import Any, NamedTuple

from books.models import Word
from books.suggestions import candidates, query, sql
from books.suggestions.candidates import BEGINS, HAS_WORDS, IS_TEXT, Suggestion
from books.suggestions.suggest import mixed
from core.search.query import Phrase, TextQuery
from core.text import is_cjk
from tests.support.oracle import has_phrase, written


class Row(NamedTuple):
    """A row that may be suggested, or is `hidden`. `texts` are its indexed token lists."""

    type: str
    id: int
    slug: str | None
    text: str
    weight: int | None
    keys: tuple[str, ...]
    texts: list[list[str]]
    hidden: bool = False

    @property
    def place(self) -> tuple[bool, int, int]:
        """A sort key of the order in which the best rows are tested."""
        return (self.weight is None, -(self.weight or 0), self.id if self.weight is None else -self.id)

    def begins(self, text: str) -> bool:
        """Whether one of the keys begins with `text`."""
        return any(key.startswith(text) for key in self.keys)

    def suggestion(self, tier: int) -> Suggestion:
        """This row as a suggestion of `tier`."""
        return Suggestion(self.type, self.id, self.slug, self.text, tier, self.weight)


def everything(oracle: Any) -> dict[str, list[Row]]:
    """All rows, by type."""
    books = [
        Row("book", pk, None, row["title"], row["popularity"], (row["title_key"], row["sort_title"]),
            written(row["title"], row["part"]))
        for pk, row in oracle.books.items()
    ]  # fmt: skip
    authors = [
        Row("author", pk, None, row["name"], row["books_count"], (row["match_key"], row["sort_key"]),
            oracle.names(pk), row["kind"] == "placeholder")
        for pk, row in oracle.authors.items()
    ]  # fmt: skip
    subjects = [
        Row("subject", pk, row["slug"], row["name"], row["books_count"], (row["sort_key"],), written(row["name"]),
            row["kind"] in ("shelf", "class"))
        for pk, row in oracle.subjects.items()
    ]  # fmt: skip
    return {"book": books, "author": authors, "subject": subjects}


def expected(rows: dict[str, list[Row]], typed: str, limit: int = 10) -> list[Suggestion]:
    """The suggestions for `typed`, before typos are thought of."""
    asked = TextQuery.parse(typed)
    found = {}
    for kind in rows.values():
        for row in _beginning(kind, asked.text):
            found[row.type, row.id] = row.suggestion(IS_TEXT if asked.text in row.keys else BEGINS)
    if len(found) < limit:
        for kind in rows.values():
            for row in _having(kind, list(dict.fromkeys(asked.include))):
                found.setdefault((row.type, row.id), row.suggestion(HAS_WORDS))
    return mixed(found.values())[:limit]


def _best(rows: list[Row]) -> list[Row]:
    return sorted((row for row in rows if not row.hidden), key=lambda row: row.place)[: sql.BEST]


def _beginning(rows: list[Row], text: str) -> list[Row]:
    """The first rows that begin with `text` by each key; and if these are not all, the best."""
    found = []
    for place in range(len(rows[0].keys) if rows else 0):
        begun = [(row.keys[place], row.id, row) for row in rows if row.keys[place].startswith(text) and not row.hidden]
        found += [row for *_, row in sorted(begun, key=lambda each: each[:2])[: candidates.MOST_BEGINNING]]
    if len(found) >= candidates.MOST_BEGINNING:
        found += [row for row in _best(rows) if row.begins(text)][: sql.SHOWN]
    return found


def _having(rows: list[Row], phrases: list[Phrase]) -> list[Row]:
    """The best rows with the words; if these are too few, also all that the index has, unless they are too many."""
    best = [row for row in _best(rows) if all(_key_has(row.keys[0], phrase) for phrase in phrases)][: sql.SHOWN]
    sought, tested = phrases, []
    last = phrases[-1]
    start = min((tokens[-1] for tokens in last.spellings), key=len)
    if Word.objects.filter(word__startswith=start).count() > query.MOST_WORDS:
        sought, tested = phrases[:-1], [last]
        if last.tokens[:-1]:
            sought = [*sought, Phrase(last.tokens[:-1])]
    if not sought or len(best) >= sql.SHOWN:
        return best
    indexed = [row for row in rows if all(has_phrase(row.texts, phrase) for phrase in sought)]
    if len(indexed) > candidates.MOST_FOUND:
        return best
    return best + [row for row in indexed if not row.hidden and all(_key_has(row.keys[0], each) for each in tested)]


def _key_has(key: str, phrase: Phrase) -> bool:
    """Whether a key has a spelling of `phrase`; pairs of characters may stand anywhere in it."""
    return any(_spelt(f" {key} ", tokens, phrase.prefix) for tokens in phrase.spellings)


def _spelt(padded: str, tokens: tuple[str, ...], prefix: bool) -> bool:
    if any(map(is_cjk, tokens)):
        return all(token in padded for token in tokens)
    return f" {' '.join(tokens)}{'' if prefix else ' '}" in padded
