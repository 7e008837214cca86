"""VolatileStore: the interface of the store for what is not worth a write to the catalogue's database."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

Change = Callable[[str | None], str | None]
"""A function from the value that a key has, or None, to its new value; None leaves it as it is."""


class Count(NamedTuple):
    """How often a key was counted, and the seconds after which it is counted from 1 again."""

    number: int
    seconds: float


class StoreAway(Exception):
    """Raised if the store cannot be reached."""


class VolatileStore(ABC):
    """Texts by key, each for some seconds; all processes of an installation share them, and a restart may lose them.

    A write here moves no generation, so it empties no response cache. All methods raise StoreAway.
    """

    @abstractmethod
    def get(self, key: str) -> str | None:
        """The value of `key`; None if it has none or its time is over."""

    @abstractmethod
    def update(self, key: str, change: Change, seconds: int) -> str | None:
        """Give `key` the value that `change` makes of its old one, for `seconds`; return the value that it then has.

        Nobody else writes the key in between. `change` may be called several times.
        """

    @abstractmethod
    def count(self, key: str, seconds: int) -> Count:
        """Count `key` once more. Its count begins at 1, ends `seconds` after that, and then begins anew."""
