"""The query parameters of every list besides its filters: which page, how large, in which order, how counted."""

from typing import Any, ClassVar

from api.lists.cursors import LONGEST, PATTERN
from api.parameters.values import Choice, Integer, Value
from core.database.fields import SAMPLE_RANGE

PAGE_SIZE = 25
DEEPEST_ROW = 10_000
"""The last row that a numbered page reaches."""


class CursorText(Value):
    """A cursor as the client sent it; its signature is checked later, by api.lists.cursors."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": PATTERN, "maxLength": LONGEST}


class PageNumber(Integer):
    """A page number. One that is too deep is accepted here, and refused later by the problem `page_too_deep`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(1, 10**9, **options)
        self.schema["maximum"] = DEEPEST_ROW


PAGE_PARAMETERS: dict[str, Value] = {
    "cursor": CursorText(
        help_text="Where in the list to go on: part of `next` and `previous`, which are to be followed"
    ),
    "page": PageNumber(
        help_text=f"The number of a page, instead of `cursor`: within the list and its first {DEEPEST_ROW:,} rows"
    ),
    "page_size": Integer(1, 100, help_text=f"Rows on a page, {PAGE_SIZE} unless said"),
    "count": Choice(
        "none",
        "exact",
        component="CountPolicy",
        help_text="`none` leaves the count out, `exact` insists on an exact one",
    ),
    "ordering": Value(
        help_text="Fields parted by commas, each once, behind a hyphen in descending order; where there is none, "
        "rows come last"
    ),
    "seed": Integer(0, SAMPLE_RANGE - 1, help_text="With `ordering=random`: the same seed gives the same order"),
}
