"""The file of rejected records, which a load writes and a person mends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import orjson
from django.db import connections

from books.importing.records import Rejection
from books.importing.summary import rejection_line


class RejectsFileError(Exception):
    """The file of rejected records cannot be written, or is one that must not be; the message names it."""


class RejectsFile:
    """The file of rejected records, one JSON object to a line. Raises RejectsFileError before it empties anything."""

    def __init__(self, path: Path, catalogue: Path) -> None:
        self.path = path
        with self._explained():
            # Opening it empties it.
            for name, other in (("the catalogue that is read", catalogue), ("the database", _database())):
                if other and path.exists() and other.exists() and path.samefile(other):
                    raise RejectsFileError(f"--rejects {path}: this is {name}; nothing was read or written")
            # Without a buffer, which would fail again when it is closed.
            self.file = path.open("wb", buffering=0)

    def __call__(self, item: Rejection) -> None:
        """Write `item`: it is in the file when this returns."""
        with self._explained():
            left = memoryview(orjson.dumps(rejection_line(item)) + b"\n")
            while left:
                left = left[self.file.write(left) :]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Name the file in what the system refuses, and its folder where that is the reason."""
        try:
            yield
        except OSError as error:
            folder = self.path.absolute().parent
            reason = error.strerror or str(error)
            if not folder.is_dir():
                reason = f"there is no folder {folder}"
            elif isinstance(error, PermissionError) and not self.path.exists():
                reason = f"{reason} in the folder {folder}"
            raise RejectsFileError(f"--rejects {self.path}: {reason}") from None


def _database() -> Path | None:
    connection = connections["default"]
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
