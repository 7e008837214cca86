"""Plan: the columns that a serializer needs, and a generated function that makes dicts of their rows."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson
from django.db.models import Model, QuerySet

from serializers.base import Serializer
from serializers.plans.compiler import Code, Level, NotCompilable, dict_text
from serializers.selection import CACHED_SELECTIONS

logger = logging.getLogger(__name__)
_quoted = lru_cache(maxsize=10_000)(quote)
_known = lru_cache(maxsize=4_096)(orjson.loads)


@dataclass(frozen=True, eq=False)
class Plan:
    """How to read and show rows by a serializer, as tuples of columns instead of model instances."""

    columns: tuple[Any, ...]
    text: str
    """The source of the generated function, for debugging."""
    make: Callable[[Iterable[Sequence[Any]], str], list[dict[str, Any]]]
    """The generated function: from rows of `columns` and the base URL to dicts, which are read-only."""

    def select(self, rows: QuerySet[Any], *also: Any) -> QuerySet[Any, Any]:
        """A queryset of tuples: the plan's columns of each of `rows`, followed by the columns `also`."""
        return rows.values_list(*self.columns, *also)


def compile_plan(serializer: type[Serializer], rows: QuerySet[Any, Any]) -> Plan:
    """Compile `serializer` to a Plan; it may show the relations that the queryset `rows` joins and prefetches.

    Raises NotCompilable.
    """
    code = Code()
    level = Level(rows, code)
    item = dict_text(serializer, level)
    lines = [
        "def make(rows, base_url):",
        *(f"    {name} = base_url + {path!r}" for path, name in code.prefixes.items()),
        *(f"    {name} = {{}}" for name in code.joined),
        f"    return [{item} for {level.variables}in rows]",
    ]
    text = "\n".join(lines)
    known = {"loads": orjson.loads, "known": _known, "quoted": _quoted, **code.functions}
    # The text consists of names that serializers declare; nothing from a request is in it.
    exec(compile(text, f"<plan of {serializer.__name__}>", "exec"), known)  # noqa: S102
    return Plan(tuple(level.columns), text, known["make"])


def plan_of(serializer: type[Serializer], model: type[Model], *, detail: bool) -> Plan | None:
    """The cached Plan of `serializer` with the relations of the model's `for_detail()` if `detail`, else `for_list()`.

    None, with a warning in the log, for a serializer that needs model instances.
    """
    return _plan_of(serializer, model, detail)  # type: ignore[arg-type]


@lru_cache(maxsize=CACHED_SELECTIONS)
def _plan_of(serializer: type[Serializer], model: type[Model], detail: bool) -> Plan | None:
    rows: Any = model._default_manager.all()
    try:
        return compile_plan(serializer, rows.for_detail() if detail else rows.for_list())
    except NotCompilable as reason:
        logger.warning("%s has no read plan and is shown through model instances: %s", serializer.__name__, reason)
        return None
