"""Editor: the interface by which an editor's changes of one kind of row are made, and what they may be refused for."""

from collections.abc import Iterable
from typing import Any, Protocol


class FieldError(Exception):
    """Raised where the value of `field` cannot be taken, for the reason `code`; the exception's text says why.

    `ids` are those of the rows among which a value does not decide.
    """

    def __init__(self, field: str, code: str, message: str, ids: Iterable[int] = ()) -> None:
        super().__init__(message)
        self.field, self.code, self.ids = field, code, [*ids]


class FieldErrors(Exception):
    """Raised where the values of several fields cannot be taken."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = [*errors]
        super().__init__(", ".join(error.field for error in self.errors))


class InUse(Exception):
    """Raised where what is to be deleted is referred to; the exception's text says by what."""


class Conflict(Exception):
    """Raised where what is there does not allow a change; the exception's text says what stands in its way."""


class Editor(Protocol):
    """Makes, changes and deletes rows of one kind, with everything that is derived from them.

    All methods are called in a transaction; the rows that they are given are locked.
    """

    def create(self, values: dict[str, Any]) -> Any:
        """Save a new row with the `values` of a body, and return it. Raises FieldError."""

    def change(self, row: Any, values: dict[str, Any]) -> None:
        """Set the `values` of a body, and save `row`. Raises FieldError."""

    def delete(self, row: Any) -> None:
        """Delete `row`. Raises InUse."""
