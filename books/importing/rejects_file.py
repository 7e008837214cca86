"""RejectsFile: writes rejected records to a file, for a person to correct and load again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import orjson
from django.db import connections

from books.importing.records import Rejection
from books.importing.summary import rejection_line


class RejectsFileError(Exception):
    """Raised where the rejects file cannot be written, or would overwrite the catalogue or the database."""


class RejectsFile:
    """The file that rejected records are written to, one JSON object a line; calling it writes one.

    If it cannot be written, or is the catalogue or the database, the constructor raises RejectsFileError and truncates
    nothing.
    """

    def __init__(self, path: Path, catalogue: Path) -> None:
        self.path = path
        with self._explained():
            # Checked first, because opening truncates the file.
            for name, other in (("the catalogue that is read", catalogue), ("the database", _database())):
                if other and path.exists() and other.exists() and path.samefile(other):
                    raise RejectsFileError(f"--rejects {path}: this is {name}; nothing was read or written")
            # Unbuffered: after a failed write, closing would flush the buffer and fail again.
            self.file = path.open("wb", buffering=0)

    def __call__(self, item: Rejection) -> None:
        """Write the rejection `item` to the file, without buffering."""
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
        """A context manager that turns an OSError into a RejectsFileError.

        Its message names the file, or the file's folder if that is the cause.
        """
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
