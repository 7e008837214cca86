"""Redirects and tombstones: notes of ids and slugs that rows had, written in the transaction that takes them away."""

from collections.abc import Iterable

from django.db import connection

from core.changes.models import FormerKey
from core.database.bulk import delete_rows, select_in

CHUNK = 500
"""Keys that one statement names."""


class Deleted(Exception):
    """Raised for a key whose row, or the row that it became, was deleted."""


def note_moved(resource: str, key: str, into: str) -> None:
    """Note that what had `key` has the key `into` now. Keys that led to `key` lead on to `into`."""
    FormerKey.objects.filter(resource=resource, key=into).delete()
    FormerKey.objects.filter(resource=resource, into=key).update(into=into)
    FormerKey.objects.update_or_create(resource=resource, key=key, defaults={"into": into})


def note_all_moved(resource: str, into: dict[str, str]) -> None:
    """Note that what had each key of `into`, which no key was noted for, has the key that it gives now.

    No value of `into` is a key of it.
    """
    gone = list(into)
    for start in range(0, len(gone), CHUNK):
        some = gone[start : start + CHUNK]
        led = FormerKey.objects.filter(resource=resource, into__in=some)
        FormerKey.objects.bulk_update([_led_on(former, into) for former in led], ["into"])
        FormerKey.objects.bulk_create([FormerKey(resource=resource, key=key, into=into[key]) for key in some])


def _led_on(former: FormerKey, into: dict[str, str]) -> FormerKey:
    former.into = into[former.into or ""]
    return former


def keys_leading_to(resource: str, key: str) -> list[str]:
    """The keys whose row has `key` now."""
    return sorted(FormerKey.objects.filter(resource=resource, into=key).values_list("key", flat=True))


def note_back(resource: str, key: str, led: list[str]) -> None:
    """Note that a row has `key` again, and that the keys `led` lead to it."""
    note_used(resource, key)
    for start in range(0, len(led), CHUNK):
        FormerKey.objects.filter(resource=resource, key__in=led[start : start + CHUNK]).update(into=key)


def note_deleted(resource: str, key: str) -> None:
    """Note that what had `key` was deleted; what led to it leads nowhere."""
    FormerKey.objects.filter(resource=resource, into=key).update(into=None)
    FormerKey.objects.update_or_create(resource=resource, key=key, defaults={"into": None})


def note_all_used(resource: str, keys: list[str]) -> None:
    """Note that rows have `keys` again: they lead nowhere else."""
    if FormerKey.objects.filter(resource=resource).exists():
        delete_rows(connection, "changes_formerkey", ("resource", "key"), [(resource, key) for key in keys])


def note_all_deleted(resource: str, keys: list[str]) -> None:
    """Note that what had `keys`, which no key was noted for, was deleted; what led to it leads nowhere."""
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        FormerKey.objects.filter(resource=resource, into__in=some).update(into=None)
        FormerKey.objects.bulk_create([FormerKey(resource=resource, key=key) for key in some], ignore_conflicts=True)


def note_used(resource: str, key: str) -> None:
    """Note that a row has `key` again: it leads nowhere else."""
    FormerKey.objects.filter(resource=resource, key=key).delete()


def successors(resource: str, keys: Iterable[str]) -> dict[str, str | None]:
    """The key of what the row with each of `keys` has become, None where it was deleted; without those no row had."""
    sql = 'SELECT key, "into" FROM changes_formerkey WHERE key IN %s AND resource = %s'
    return dict(select_in(connection, sql, sorted(keys), resource))


def successor(resource: str, key: str) -> str | None:
    """The key of what the row with `key` has become; None if no row had it. Raises Deleted."""
    found = successors(resource, [key])
    if key in found and found[key] is None:
        raise Deleted
    return found.get(key)
