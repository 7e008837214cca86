"""Compares the years of two lives."""

from typing import Protocol


class Lived(Protocol):
    """The interface of what has the years of a life; None is unknown."""

    @property
    def birth_year(self) -> int | None:
        """The year of birth."""

    @property
    def death_year(self) -> int | None:
        """The year of death."""


def years_agree(one: Lived, other: Lived) -> bool:
    """Whether neither year of life differs; an unknown one fits all."""
    years = ((one.birth_year, other.birth_year), (one.death_year, other.death_year))
    return all(a == b or a is None or b is None for a, b in years)
