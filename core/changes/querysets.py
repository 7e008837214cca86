"""FollowingQuerySet: a queryset in which rows are also found by ids that led to them."""

from typing import Any, Self, TypeVar

from django.db import models

from core.changes.former_keys import successors

M = TypeVar("M", bound=models.Model)


class FollowingQuerySet(models.QuerySet[M]):
    """A queryset of rows of `resource` that may hold ids which its methods have read from the database.

    `known` are these: a statement compiled from the queryset is valid for them only.
    """

    resource: str
    known: tuple[tuple[int, ...], ...] = ()

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.known = self.known
        return clone

    def _knowing(self, ids: list[int]) -> Self:
        clone = self._clone()
        clone.known = (*self.known, tuple(ids))
        return clone

    def with_ids(self, ids: list[int]) -> Self:
        """The rows with these ids, and those that rows with these ids were merged into."""
        now = sorted({*ids, *self.merged(ids).values()})
        return self._knowing(now).filter(pk__in=now)

    def merged(self, ids: list[int]) -> dict[int, int]:
        """The id of the row that each of `ids` was merged into; without those that were not."""
        former: dict[str, Any] = successors(self.resource, map(str, ids))
        return {int(key): int(into) for key, into in former.items() if into is not None}
