"""Compares the years of two lives."""

from typing import Protocol

from books.importing.parsing.life_dates import is_life


class Lived(Protocol):
    """The interface of what has the years of a life; None is unknown."""

    @property
    def birth_year(self) -> int | None:
        """The year of birth."""

    @property
    def death_year(self) -> int | None:
        """The year of death."""


def years_agree(one: Lived, other: Lived) -> bool:
    """Whether neither year of life differs, an unknown one fitting all, and both together may be one life."""
    years = ((one.birth_year, other.birth_year), (one.death_year, other.death_year))
    birth, death = (b if a is None else a for a, b in years)
    return all(a == b or a is None or b is None for a, b in years) and is_life(birth, death)
