"""Objections: why a load does not delete what its file does not list, unless it is forced to."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_REMOVED = 0.05
"""Greatest share of a source's records that a load removes without force."""

LEAST_RECORDS = 0.8
"""Least share of the records of the source's last file that a file needs."""


@dataclass(frozen=True)
class Removal:
    """What a load is about to remove, in numbers.

    Of the `older` records with books that the source had before the load, the file lists all but `unlisted`. The file
    has `records` records, the last file of the source `last_records`. Of the records `rejected` were rejected, of
    which `keyless` have no readable key.
    """

    unlisted: int
    older: int
    records: int
    last_records: int
    rejected: int
    keyless: int

    @property
    def lists_nothing(self) -> bool:
        """Whether the file has no record that was loaded: then nothing is removed, not even by force."""
        return self.records == self.rejected

    def objections(self) -> Iterator[str]:
        """Yield a sentence for each reason not to remove anything."""
        if self.unlisted > MOST_REMOVED * self.older:
            share = self.unlisted / self.older
            yield (
                f"{self.unlisted:,} of the {self.older:,} books that the source had before are not in the file:"
                f" {share:.1%}, more than {MOST_REMOVED:.0%}."
            )
        if self.records < LEAST_RECORDS * self.last_records:
            yield (
                f"The file has {self.records:,} records, less than {LEAST_RECORDS:.0%} of the"
                f" {self.last_records:,} of the last one."
            )
        if self.keyless:
            yield (
                f"Records rejected without a readable key: {self.keyless:,}. Their books, if there are any, look like"
                " books that are no longer in the file."
            )

    def refusal(self, *, force: bool) -> str:
        """A message that says why nothing is removed, and how to go on; "" if nothing stands against it."""
        if not self.unlisted:
            return ""
        if self.lists_nothing:
            return f"Nothing was deleted: none of the file's {self.records:,} records could be loaded."
        if force or not (reasons := list(self.objections())):
            return ""
        return (
            f"Nothing was deleted. {' '.join(reasons)} The records of the file are loaded. Should the"
            f" {self.unlisted:,} books go all the same, run it again with --complete --force."
        )
