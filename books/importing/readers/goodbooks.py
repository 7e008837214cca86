"""Reads the goodbooks-10k data set, `books.csv`: https://github.com/zygmuntz/goodbooks-10k"""

import re
from collections.abc import Callable, Iterable
from functools import partial

from books.importing.parsing.contributions import UNSAID, split_contributors
from books.importing.parsing.headings import parse_plain_name
from books.importing.parsing.isbns import SourceIsbns, read_isbns
from books.importing.parsing.references import decoded
from books.importing.parsing.titles import UNTITLED, clean, shortened
from books.importing.readers.csv_table import Table, has_columns
from books.importing.record_bounds import HEADING, TEXTS
from books.importing.records import Credit, Items, Record, Rejection, Unparsed, add_to_list
from books.standards.isbn import isbns_in
from books.standards.languages import language_code

# Without isbn13, which is a float in the file and contradicts the ISBN-10 in 4,224 rows.
COLUMNS = (
    "book_id", "goodreads_book_id", "best_book_id", "work_id", "isbn", "authors", "original_publication_year",
    "original_title", "title", "language_code", "average_rating", "ratings_count", "work_ratings_count",
    "work_text_reviews_count", "image_url", "small_image_url",
)  # fmt: skip

_KEY = re.compile(r"[0-9]{1,18}")
_START = re.compile(r"[0-9]+,[0-9]+,[0-9]*,")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")
_POSITION = re.compile(
    r"\s*(?P<position>\d[\d.]*(?:\s*[-–+/&]\s*\d[\d.]*|\s*,\s*\d[\d.]*(?=\s*(?:[,;]|$)))*"
    r"(?:\s*[:,;]\s*part\s+\d+(?:\s+of\s+\d+)?)?|[^,;#]*)",
    re.IGNORECASE,
)


def source(first_line: str) -> str | None:
    """ "goodbooks" if `first_line` is the header of this data set; else None."""
    return "goodbooks" if has_columns(first_line, COLUMNS) else None


def read(lines: Iterable[str]) -> Items:
    """Yield an Unparsed record for each book, or a Rejection for a row without an id or with too few columns."""
    table = Table(lines, COLUMNS, _START)
    for row in table:
        if isinstance(row, Rejection):
            yield row
        elif _KEY.fullmatch(key := row[0].strip()):
            yield Unparsed(table.position, key, row, partial(_record, key, table.position, row))
        else:
            yield table.reject("bad_key", f"book_id is {row[0][:40]!r}, not a number.")


def _record(key: str, position: int, values: tuple[str, ...]) -> Record:
    row = dict(zip(COLUMNS, map(clean, map(decoded, values)), strict=True))
    whole, series = split_series(row["title"])
    title, rest = shortened(whole, TEXTS["title"])
    language = language_code(row["language_code"])
    year = int(_number(row["original_publication_year"]) or 0)
    rating = _number(row["average_rating"])
    ratings = _count(row["ratings_count"])
    isbns = _isbns(row["isbn"])
    goodreads = row["goodreads_book_id"] or row["best_book_id"]
    return Record(
        key=key,
        position=position,
        title=title or UNTITLED,
        subtitle=rest,
        credits=_credits(row["authors"]),
        series=series,
        languages=[language[0]] if language else [],
        first_published_year=year or None,
        identifiers=[*([("goodreads", goodreads)] if goodreads else []), *isbns.invalid],
        isbns=isbns.valid,
        cover=_cover(row["small_image_url"], row["image_url"]),
        rating_average=rating or None,
        ratings_count=ratings,
        popularity=ratings,
        work=f"goodreads:{row['work_id']}" if row["work_id"] else "",
        extra=_extra(row, title, language, isbns.worded),
    )


def _extra(row: dict[str, str], title: str, language: tuple[str, str] | None, isbns: list[str]) -> dict[str, object]:
    extra: dict[str, object] = {
        "source_title": row["title"] if row["title"] != title else "",
        "source_isbns": isbns,
        "original_title": row["original_title"] if row["original_title"] not in {title, row["title"]} else "",
        "regions": [language[1]] if language and language[1] else [],
        "unknown_languages": [row["language_code"]] if row["language_code"] and not language else [],
        "work_ratings_count": _count(row["work_ratings_count"]),
        "work_text_reviews_count": _count(row["work_text_reviews_count"]),
    }
    extra = {name: value for name, value in extra.items() if value}
    for column, (name, read) in _NUMBERS.items():
        if (text := row[column]) and read(text) is None:
            extra[f"source_{name}"] = text
            add_to_list(extra, "notes", f"{name}: {text} is no number that it can have")
    return extra


def split_series(title: str) -> tuple[str, list[tuple[str, str]]]:
    """Split `title` into the title and the series in its last brackets: pairs of a series' name and the position in it.

    `Mort (Death, #1; Discworld, #4)` gives Mort, Death 1 and Discworld 4. Brackets without a number sign belong to the
    title.
    """
    opening = _last_brackets(title)
    bare = title[:opening].strip()
    if not bare or "#" not in title[opening:]:
        return title, []
    first, *numbered = title[opening + 1 : -1].removeprefix("Includes: ").split("#")
    name, series = first.strip(" ,;:").removesuffix(" Part"), dict[str, str]()
    for text in numbered:
        match = _POSITION.match(text)
        position = re.sub(r"\s*[-–]\s*", "-", match["position"].strip(" .")) if match else ""
        rest = text[match.end() :] if match else ""
        if name:
            series[name] = f"{series[name]}, {position}" if name in series else position
        name = rest.strip(" ,;:") or name
    return (bare, list(series.items())) if series else (title, [])


def _last_brackets(title: str) -> int:
    """The index at which the last, perhaps nested, brackets of `title` open; the title's length if it has none."""
    if not title.endswith(")"):
        return len(title)
    depth = 0
    for index in range(len(title) - 1, -1, -1):
        depth += (title[index] == ")") - (title[index] == "(")
        if not depth:
            return index
    return len(title)


def _credits(authors: str) -> list[Credit]:
    credits = {}
    for contribution in split_contributors(authors, commas=True):
        heading = contribution.name[:HEADING]
        name = parse_plain_name(heading)
        for role, note in contribution.roles or UNSAID:
            credits[heading, role] = Credit(heading, name.name, name.sort_name, name.kind, role, note)
    return list(credits.values())


def _isbns(text: str) -> SourceIsbns:
    """The ISBNs in `text`; an ISBN-10 may have lost its leading zeros."""
    padded = text.zfill(10)
    return read_isbns([padded if isbns_in(padded) else text] if text else [])


def _cover(small: str, medium: str) -> dict[str, str] | None:
    if not medium or "/nophoto/" in medium:
        return None
    return {"small": small or medium, "medium": medium, "large": medium}


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _count(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and 0 <= number < 2**31 else None


_NUMBERS: dict[str, tuple[str, Callable[[str], float | None]]] = {
    "original_publication_year": ("first_published_year", _number),
    "average_rating": ("rating_average", _number),
    "ratings_count": ("ratings_count", _count),
    "work_ratings_count": ("work_ratings_count", _count),
    "work_text_reviews_count": ("work_text_reviews_count", _count),
}
"""The columns of numbers, with the names of what they say, and the functions that read them."""
