"""Reads the authors of a record in Octavo's own format."""

from typing import Any

from books.importing.parsing.contributions import UNSAID, Contribution, is_suffix, split_contributors
from books.importing.parsing.headings import Name, parse_heading
from books.importing.parsing.inverted_names import without_article
from books.importing.records import Credit
from books.standards.relators import role_of

_DETAILS = {"kind", "birth_year", "death_year", "alternate_names"}
"""What is said of one author: a name beside which it stands is not split."""


def credits_of(authors: list[dict[str, Any]]) -> list[Credit]:
    """The credits of a record whose `authors` are checked objects; one object may name several authors."""
    credits = {}
    for author in _with_suffixes(authors):
        body = author.get("kind") == "organisation"
        named = [Contribution(author["name"])] if body else split_contributors(author["name"])
        if len(named) > 1 and ";" not in author["name"] and not _DETAILS.isdisjoint(author):
            named = [Contribution(author["name"])]
        # What is said of several in one name is said of none of them.
        said = author if len(named) == 1 else {"role": author.get("role", "")}
        for contribution in named:
            roles = contribution.roles if not said.get("role") else (*contribution.roles, role_of(said["role"]))
            for role, note in roles or UNSAID:
                credit = _credit(contribution.name, said, role, note)
                credits[credit.heading, role] = credit
    return list(credits.values())


def _with_suffixes(authors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The `authors`, of whom `Jr.` and the like are no authors but belong to the name before them."""
    found: list[dict[str, Any]] = []
    for author in authors:
        if found and is_suffix(author["name"]):
            found[-1] = {**found[-1], "name": f"{found[-1]['name']}, {author['name']}"}
        else:
            found.append(author)
    return found


def _credit(spelt: str, said: dict[str, Any], role: str, note: str) -> Credit:
    """The credit of the author spelt `spelt`; the heading is the name followed by the years that are said beside it."""
    body = said.get("kind") == "organisation"
    name = Name("organisation", spelt, without_article(spelt)) if body else parse_heading(spelt, as_spoken=True)
    if name.kind == "organisation" and not body and (said.get("birth_year") or said.get("death_year")):
        # Who has years of life is a person: Reese Brothers.
        name = parse_heading(
            f"{spelt}, {_year(said.get('birth_year'))}-{_year(said.get('death_year'))}", as_spoken=True
        )
    birth, death = said.get("birth_year", name.birth_year), said.get("death_year", name.death_year)
    others = tuple(dict.fromkeys([*_as_spoken(said.get("alternate_names", []), body), *name.alternate_names]))
    heading = spelt
    if not (name.birth_year or name.death_year) and (birth or death):
        heading = f"{spelt}, {_year(birth)}-{_year(death)}"
    return Credit(heading, name.name, name.sort_name, said.get("kind", name.kind), role, note, birth, death, others)


def _as_spoken(names: list[str], body: bool) -> list[str]:
    """The alternate `names`, those of a person in spoken order: `Twain, Mark, 1835-1910` is Mark Twain."""
    return names if body else [parse_heading(name, as_spoken=True).name for name in names]


def _year(year: int | None) -> str:
    if year is None:
        return ""
    return f"{-year} BCE" if year < 0 else str(year)
