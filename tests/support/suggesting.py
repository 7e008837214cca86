"""Which suggestions are the best, by looking at every row: the definition that books.suggestions keeps to."""

from itertools import islice
from typing import Any, NamedTuple

from books.models import Word
from books.suggestions import candidates, query, sql
from books.suggestions.candidates import BEGINS, HAS_WORDS, IS_TEXT, Suggestion
from books.suggestions.suggest import mixed
from core.search.query import Phrase, TextQuery
from core.text import is_cjk
from tests.support.oracle import written


class Row(NamedTuple):
    """A row that may be suggested, or is `hidden`. `indexed` are its token lists, joined by blanks, a line each."""

    type: str
    id: int
    slug: str | None
    text: str
    weight: int | None
    keys: tuple[str, ...]
    indexed: str
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
    """All rows, by type, the best first."""
    books = [
        Row("book", pk, None, row["title"], row["popularity"], (row["title_key"], row["sort_title"]),
            _lines(written(row["title"], row["part"])))
        for pk, row in oracle.books.items()
    ]  # fmt: skip
    authors = [
        Row("author", pk, None, row["name"], row["books_count"], (row["match_key"], row["sort_key"]),
            _lines(oracle.names(pk)), row["kind"] == "placeholder")
        for pk, row in oracle.authors.items()
    ]  # fmt: skip
    subjects = [
        Row("subject", pk, row["slug"], row["name"], row["books_count"], (row["sort_key"],),
            _lines(written(row["name"])), row["kind"] in ("shelf", "class"))
        for pk, row in oracle.subjects.items()
    ]  # fmt: skip
    rows = {"book": books, "author": authors, "subject": subjects}
    return {kind: sorted(of_kind, key=lambda row: row.place) for kind, of_kind in rows.items()}


def _lines(texts: list[list[str]]) -> str:
    return "\n".join(f" {' '.join(tokens)} " for tokens in texts)


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


def _best(rows: list[Row], most: int) -> list[Row]:
    return list(islice((row for row in rows if not row.hidden), most))


def _beginning(rows: list[Row], text: str) -> list[Row]:
    """The first rows that begin with `text` by each key; and if these are not all, the best."""
    found = []
    for place in range(len(rows[0].keys) if rows else 0):
        begun = [(row.keys[place], row.id, row) for row in rows if row.keys[place].startswith(text) and not row.hidden]
        found += [row for *_, row in sorted(begun, key=lambda each: each[:2])[: candidates.MOST_BEGINNING]]
    if len(found) >= candidates.MOST_BEGINNING:
        found += [row for row in _best(rows, candidates.BEST) if row.begins(text)][: sql.SHOWN]
    return found


def _having(rows: list[Row], phrases: list[Phrase]) -> list[Row]:
    """The best rows with the words; if these are too few, also all that the index has, or more of many."""
    best, more = (
        [row for row in _best(rows, most) if all(_key_has(row.keys[0], phrase) for phrase in phrases)][: sql.SHOWN]
        for most in (candidates.BEST, candidates.MORE)
    )
    sought, tested = phrases, []
    last = phrases[-1]
    start = min((tokens[-1] for tokens in last.spellings), key=len)
    if Word.objects.filter(word__startswith=start).count() > query.MOST_WORDS:
        sought, tested = phrases[:-1], [last]
        if last.tokens[:-1]:
            sought = [*sought, Phrase(last.tokens[:-1])]
    if not sought or len(best) >= candidates.ENOUGH:
        return best
    indexed = [row for row in rows if all(_has(row.indexed, phrase) for phrase in sought)]
    if len(indexed) > candidates.MOST_FOUND:
        return best + more
    return best + [row for row in indexed if not row.hidden and all(_key_has(row.keys[0], each) for each in tested)]


def _key_has(key: str, phrase: Phrase) -> bool:
    """Whether a key has a spelling of `phrase`; pairs of characters may stand anywhere in it."""
    for tokens in phrase.spellings:
        if any(map(is_cjk, tokens)) and all(token in key for token in tokens):
            return True
    return _has(f" {key} ", phrase)


def _has(padded: str, phrase: Phrase) -> bool:
    end = "" if phrase.prefix else " "
    return any(f" {' '.join(tokens)}{end}" in padded for tokens in phrase.spellings)
