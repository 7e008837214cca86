"""Prepares items of a file for the database: parses records, fits them to the columns, and hashes what they say."""

from hashlib import blake2b
from pathlib import Path

from books.importing.normalizing import PreparedRecord, normalize
from books.importing.records import Item, Rejection, Unparsed

Pending = PreparedRecord | Unparsed | Rejection
"""An item of a batch. A record stays Unparsed where its source's records are stored, since most will be unchanged."""

_ROOT = Path(__file__).parents[2]
_READING = ("books/importing/parsing", "books/importing/readers", "books/standards", "core/text")
_READING_FILES = (
    "books/importing/normalizing.py", "books/importing/record_bounds.py", "books/importing/records.py",
    "books/importing/sanitizing.py", "authors/models.py",
)  # fmt: skip


def prepare(item: Item | PreparedRecord, source: str) -> PreparedRecord | Rejection:
    """An item as the database takes it: a record that fits the columns, or a Rejection that says why none does."""
    if isinstance(item, PreparedRecord):
        return item
    parsed = item.parse() if isinstance(item, Unparsed) else item
    if isinstance(parsed, Rejection):
        return parsed
    prepared = normalize(parsed, source)
    if isinstance(item, Unparsed) and isinstance(prepared, PreparedRecord):
        return prepared._replace(digest=digest_of(item))
    return prepared


def digest_of(item: Unparsed) -> str:
    """A hash of the texts of a record and of the code that reads them: better code reads an unchanged record anew."""
    texts = "\x1f".join(item.texts).encode("utf-8", "surrogatepass")
    return blake2b(texts, digest_size=16, key=_READING_CODE).hexdigest()


def _reading_code() -> bytes:
    """A hash of the source files that decide what a record says; taken at once, while they are the code that runs."""
    paths = [path for folder in _READING for path in (_ROOT / folder).rglob("*") if path.suffix in {".py", ".txt"}]
    digest = blake2b(digest_size=16)
    for path in sorted([*paths, *map(_ROOT.joinpath, _READING_FILES)]):
        digest.update(path.read_bytes())
    return digest.digest()


_READING_CODE = _reading_code()
