"""Checks of JSON values, and functions that build them. A check is a function: it returns the value, cleaned.

It raises WrongValue for a value that is wrong.
"""

import datetime
import re
from collections.abc import Callable
from typing import Any

from books.importing.parsing.references import decoded
from books.importing.parsing.titles import clean

Check = Callable[[Any], Any]

_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


class WrongValue(ValueError):
    """Raised for a value of a wrong type or out of range; `path` says where in the field it stands."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def text(longest: int = 0, *, lines: bool = False, references: bool = False) -> Check:
    """A check for text of at most `longest` characters (0: any length), on one line unless `lines`.

    With `references` the text is one for people, in which character references are decoded.
    """

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise WrongValue("must be text")
        value = decoded(value) if references else value
        cleaned: str = value.replace("\0", "").strip() if lines else clean(value)
        if longest and len(cleaned) > longest:
            raise WrongValue(f"is longer than {longest} characters")
        return cleaned

    return check


def non_empty(check: Check) -> Check:
    """A check for values that pass `check` and are not empty."""

    def non_empty_check(value: Any) -> Any:
        if not (value := check(value)):
            raise WrongValue("must not be empty")
        return value

    return non_empty_check


def integer(least: int, most: int = 2**31 - 1) -> Check:
    """A check for integers from `least` to `most`."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise WrongValue("must be a whole number")
        if not least <= value <= most:
            raise WrongValue(f"must be between {least} and {most}")
        return value

    return check


def year(value: Any) -> int:
    """Check that `value` is a whole number, and return it. One that can be no year is moved to `extra` afterwards."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongValue("must be a whole number")
    return value


def rating(value: Any) -> float:
    """Check that `value` is a number, and return it. One that can be no rating is moved to `extra` afterwards."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise WrongValue("must be a number")
    return value


def date(value: Any) -> str:
    """Check that `value` is a date of the calendar as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, and return it."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise WrongValue("must be YYYY, YYYY-MM or YYYY-MM-DD")
    try:
        datetime.date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        raise WrongValue("is no date of the calendar") from None
    return value


def one_of(choices: frozenset[str]) -> Check:
    """A check for texts that are among `choices`."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise WrongValue(f"must be one of {', '.join(sorted(choices))}")
        return value

    return check


def list_of(check: Check, *, distinct: bool = True) -> Check:
    """A check for lists whose items pass `check`; duplicates are dropped if `distinct`."""

    def list_check(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise WrongValue("must be a list")
        checked = []
        for index, item in enumerate(value):
            try:
                checked.append(check(item))
            except WrongValue as wrong:
                raise WrongValue(wrong.message, f"[{index}]{wrong.path}") from None
        return list({repr(item): item for item in checked}.values()) if distinct else checked

    return list_check


def object_of(checks: dict[str, Check], required: tuple[str, ...] = ()) -> Check:
    """A check for objects whose members each pass the check of their name in `checks`; others are wrong.

    All of `required` must be there; a member that is null counts as missing.
    """

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WrongValue("must be an object")
        if missing := [name for name in required if value.get(name) is None]:
            raise WrongValue("is missing", f".{missing[0]}")
        checked = {}
        for name, member in value.items():
            if name not in checks:
                raise WrongValue("is not known", f".{name}")
            if member is not None:
                try:
                    checked[name] = checks[name](member)
                except WrongValue as wrong:
                    raise WrongValue(wrong.message, f".{name}{wrong.path}") from None
        return checked

    return check


def mapping_of(name: Check, check: Check) -> Check:
    """A check for objects of any members whose names pass `name` and whose values pass `check`."""

    def mapping_check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WrongValue("must be an object")
        checked = {}
        for key, member in value.items():
            try:
                checked[name(key)] = check(member)
            except WrongValue as wrong:
                raise WrongValue(wrong.message, f".{key[:40]}{wrong.path}") from None
        return checked

    return mapping_check


def nested(value: Any, levels: int = 20) -> Any:
    """Check that `value` is nested at most `levels` deep, and return it: a thousand levels exhaust the stack."""
    if isinstance(value, list | dict):
        if not levels:
            raise WrongValue("is nested too deeply")
        for member in value.values() if isinstance(value, dict) else value:
            nested(member, levels - 1)
    return value
