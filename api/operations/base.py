"""Operation: the texts of one operation of the OpenAPI document."""

from typing import NamedTuple


class Operation(NamedTuple):
    """The texts of one operation: its name in a menu, how to call it, and what its response of status 200 holds."""

    summary: str
    description: str
    answer: str


WALK = (
    "Follow `next` until it is null: a row that is there throughout and keeps its place in the order comes exactly "
    "once, whatever is written meanwhile."
)
