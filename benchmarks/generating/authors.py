"""The rows of generated authors."""

from collections.abc import Sequence
from dataclasses import dataclass

from authors.search import AUTHOR_INDEX
from benchmarks.generating import shape
from benchmarks.generating.people import PLACEHOLDERS, author
from benchmarks.generating.rows import SEARCH, Chunk
from benchmarks.generating.shape import mixed
from core.database.bulk import json_text
from core.database.fields import SAMPLE_RANGE
from core.text import match_key

AUTHORS = 10_000
"""Authors in a chunk."""

FIELDS: dict[str, tuple[str, ...]] = {
    "Author": (
        "id", "kind", "name", "sort_name", "sort_key", "match_key", "alternate_names", "birth_year", "death_year",
        "bio", "identifiers", "books_count", "sample_key", "created_at", "updated_at",
    ),
    "AuthorHeading": ("source", "heading", "author"),
}  # fmt: skip


@dataclass(frozen=True)
class AuthorPlan:
    """Authors to make rows of, and how many books each has."""

    seed: int
    source: str
    vendor: str
    moment: str
    ids: Sequence[int]
    books: Sequence[int]


class AuthorRows:
    """Makes the authors of `plan`; those without a book are left out."""

    def __init__(self, plan: AuthorPlan) -> None:
        self.plan = plan

    def chunk(self, number: int) -> Chunk:
        """Chunk `number`, from 0."""
        plan = self.plan
        chunk = Chunk(0)
        for each in range(number * AUTHORS, min((number + 1) * AUTHORS, len(plan.ids))):
            pk, books = plan.ids[each], plan.books[each]
            if not books:
                continue
            person = author(plan.seed, each)
            chunk.size += 1
            chunk.rows["Author"].append(
                (
                    pk, person.kind, person.name, person.sort_name, person.sort_key, match_key(person.name),
                    json_text(person.alternate_names), person.birth_year, person.death_year, "", "{}", books,
                    mixed(plan.seed + 2, each) % SAMPLE_RANGE, plan.moment, plan.moment,
                )
            )  # fmt: skip
            # Two authors may have one name and equal years; their source has two headings.
            chunk.rows["AuthorHeading"].append((plan.source, f"{person.sort_name} #{each}", pk))
            chunk.rows[SEARCH].append(AUTHOR_INDEX.token_row(plan.vendor, pk, {"names": person.name_tokens}))
            chunk.counted[person.kind].append(pk)
        return chunk.packed(plan.vendor)


def author_count(books: int) -> int:
    """The number of authors that a catalogue of `books` books can have."""
    return len(PLACEHOLDERS) + shape.authors_by(books)
