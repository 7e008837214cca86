"""Pages of a list: by signed keyset cursor, or by number near its beginning."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from api.addresses import with_parameters
from api.asking import SELECTING, read
from api.cursors import Cursor, decode, encode
from api.exceptions import ProblemError, parameter_error
from api.ordering import Ordered, ordered
from api.parameters import Choice, Integer, Value, describe
from api.reading import InstanceReader, PlanReader, Stretch
from core.counting import Count, count_rows, kept, rough_size, sampled_sizes
from core.fields import SAMPLE_RANGE
from core.keyset import Ordering, TierTerm, is_selective, with_broad_tiers

PAGE_SIZE = 25
DEEPEST_ROW = 10_000
# These say which part of a list is shown and how, not which list it is: a cursor is not bound to them.
_NOT_THE_LIST = {"cursor", "page", "page_size", "count", "format", "ordering", "seed", *SELECTING}
_LINK = {"type": ["string", "null"], "format": "uri"}
PAGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["next", "previous", "results"],
    "properties": {
        "count": {"type": "integer", "description": "Left out with count=none"},
        "count_exact": {"type": "boolean", "description": "False where the count is an estimate"},
        "next": _LINK,
        "previous": _LINK,
        "missing": {"type": "array", "items": {"type": "integer"}, "description": "With ids: those unknown"},
    },
}


class KeysetPagination(BasePagination):
    """`count count_exact next previous results`, and the same links in a Link header."""

    parameters: dict[str, Value] = {
        "cursor": Value(help_text="Where to go on; take it from `next`, do not make it"),
        "page": Integer(1, 10**9, help_text=f"Instead of a cursor: page N of the first {DEEPEST_ROW:,} rows"),
        "page_size": Integer(1, 100, help_text=f"Rows on a page, {PAGE_SIZE} unless told"),
        "count": Choice("none", "exact", help_text="Leave the count out, or insist on an exact one"),
        "ordering": Value(help_text="Fields separated by commas, - to descend"),
        "seed": Integer(0, SAMPLE_RANGE - 1, help_text="With ordering=random: the same seed, the same order"),
    }

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        """The rows of the page asked for, as the view's reader gives them. Raises InvalidParameters, ProblemError."""
        given = view.asked.paging
        self.request, self.view = request, view
        self.size: int = given.get("page_size", PAGE_SIZE)
        self.number: int | None = given.get("page")
        order = self._order(queryset, given, view)
        self.seed = order.seed
        self.bound_to = self._binding(order)
        self.cursor: Cursor | None = None
        if "cursor" in given:
            self.cursor = decode(given["cursor"], self.bound_to, queryset.model, order.terms)
        self.count, kept_names = self._count(queryset, given.get("count"), view)
        selective = self._is_selective()
        self.stretch = Stretch(
            self.bound_to,
            order.rows,
            order.terms if selective else self._with_broad_tiers(order),
            limit=self.size + 1,
            after=self.cursor.key if self.cursor else None,
            backwards=self.cursor is not None and self.cursor.backwards,
            offset=self._offset(),
            selective=selective,
            kept=kept_names,
        )
        self.rows = self._rows(view.reader)
        return self.rows

    def read(self, params: QueryDict) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """This paginator's own parameters, and what is wrong with them."""
        given, errors = read(self.parameters, params)
        if "cursor" in given and "page" in given:
            errors.append(parameter_error("page", "conflict", "Goes without cursor."))
        return given, errors

    def _offset(self) -> int:
        """Rows before the numbered page. Raises ProblemError."""
        offset = ((self.number or 1) - 1) * self.size
        if offset + self.size > DEEPEST_ROW:
            raise ProblemError("page_too_deep", f"Pages end at row {DEEPEST_ROW:,}: follow `next` instead.")
        return offset

    def _order(self, queryset: QuerySet[Any], given: dict[str, Any], view: Any) -> Ordered:
        query = view.asked.filterset.text_query if "relevance" in view.orderings else None
        default = "relevance" if query else view.default_ordering
        name = given.get("ordering", default)
        return ordered(queryset, name, view.orderings, query=query, seed=given.get("seed"))

    def _binding(self, order: Ordered) -> str:
        params = sorted((n, v) for n, v in self.request.query_params.items() if n not in _NOT_THE_LIST)
        return repr((self.request.path_info, order.name, order.seed, params))

    def _count(self, queryset: QuerySet[Any], asked: str | None, view: Any) -> tuple[Count | None, tuple[str, ...]]:
        """The number of rows; or, for a whole list, the names of the kept counts that the page's statement adds up."""
        if asked == "none":
            return None, ()
        if count := view.kept_count():
            return count, ()
        if names := view.kept_names():
            return (kept(*names), ()) if view.asked.filterset.values else (None, names)
        counted = count_rows(
            queryset,
            prefix=view.count_prefix,
            exact=asked == "exact",
            share=view.shares_counts,
            bounded=view.bounded_count(),
        )
        return counted, ()

    def _rows(self, reader: PlanReader | InstanceReader) -> list[Any]:
        stretch = self.stretch
        found, total = reader.page(stretch)
        if stretch.kept:
            self.count = kept(*stretch.kept) if total is None else Count(total, exact=True)
        if stretch.offset and not found:
            raise ProblemError("page_out_of_range", f"The list ends before page {self.number}.")
        more, found = len(found) > self.size, found[: self.size]
        came_from = stretch.after is not None
        self.has_next = bool(found) and (came_from if stretch.backwards else more)
        self.has_previous = bool(found) and (more if stretch.backwards else came_from or stretch.offset > 0)
        return found[::-1] if stretch.backwards else found

    def _is_selective(self) -> bool:
        """Whether so few rows match that finding them all comes first; unknown without an exact count."""
        if self.count is None or not self.count.exact:
            return False
        return is_selective(self.count.value, rough_size(self.view.count_prefix), self.size)

    def _with_broad_tiers(self, order: Ordered) -> Ordering:
        if not isinstance(order.terms[0], TierTerm):
            return order.terms
        prefix = self.view.count_prefix
        sizes = sampled_sizes(order.rows, order.terms[0].column, prefix=prefix)
        return with_broad_tiers(order.terms, sizes, rough_size(prefix), self.size)

    def links(self) -> dict[str, str | None]:
        """The URLs of the pages beside this one."""
        seed = {} if self.seed is None else {"seed": str(self.seed)}
        links: dict[str, str | None] = {"next": None, "previous": None}
        if self.number is not None:
            deeper = (self.number + 1) * self.size <= DEEPEST_ROW
            if self.has_next and deeper:
                links["next"] = with_parameters(self.request, page=str(self.number + 1), **seed)
            if self.has_previous:
                links["previous"] = with_parameters(self.request, page=str(self.number - 1), **seed)
            if deeper:
                return links
        if not self.rows and self.cursor:
            return links | self._ways_back(self.cursor, seed)
        for rel, row, backwards in (("next", -1, False), ("previous", 0, True)):
            if getattr(self, f"has_{rel}") and links[rel] is None:
                key = self.view.reader.key(self.rows[row], self.stretch)
                cursor = encode(Cursor(key, backwards), self.bound_to)
                links[rel] = with_parameters(self.request, page=None, cursor=cursor, **seed)
        return links

    def _ways_back(self, cursor: Cursor, seed: dict[str, str]) -> dict[str, str | None]:
        """From a page whose rows were all deleted: to the beginning, or to the end of what is left."""
        if cursor.backwards:
            return {"next": with_parameters(self.request, cursor=None, **seed)}
        return {"previous": with_parameters(self.request, cursor=encode(Cursor(None, True), self.bound_to), **seed)}

    def get_paginated_response(self, data: Any) -> Response:
        """The page's document."""
        links = self.links()
        body: dict[str, Any] = {}
        if self.count is not None:
            body |= {"count": self.count.value, "count_exact": self.count.exact}
        body |= {**links, **self.view.list_extras(), "results": data}
        response = Response(body)
        header = ", ".join(
            f'<{url}>; rel="{"prev" if rel == "previous" else rel}"' for rel, url in links.items() if url
        )
        if header:
            response["Link"] = header
        if self.seed is not None and "seed" not in self.request.query_params:
            # The seed was drawn for this answer: the next one has another.
            response["Cache-Control"] = "no-store"
        return response

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters every list takes, for the OpenAPI document."""
        found = []
        for name, value in self.parameters.items():
            text = str(value.help_text)
            if name == "ordering":
                text += f". Of {', '.join(view.orderings)}; default {view.default_ordering}"
            if name != "seed" or "random" in view.orderings:
                found.append(describe(name, value, text))
        return found

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page of what `schema` describes."""
        return {**PAGE_SCHEMA, "properties": {**PAGE_SCHEMA["properties"], "results": schema}}
