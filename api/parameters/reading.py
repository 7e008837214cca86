"""Reads a request's query parameters strictly: for each one that cannot be used there is an error that names it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.core.exceptions import ValidationError
from django.http import QueryDict

from api.exceptions import InvalidParameters, parameter_error, unknown_parameter
from api.parameters.lists import Paths
from api.parameters.pages import PAGE_PARAMETERS, PAGE_SIZE
from api.parameters.values import Choice, Value
from serializers.base import Serializer
from serializers.selection import UnknownField, select

if TYPE_CHECKING:
    from api.filters.base import CatalogueFilter

Error = dict[str, str]
Errors = list[Error]
_UNREADABLE = re.compile("[\x00\ufffd\ud800-\udfff]")
FORMAT = "format"
FORMATS = Choice("json", component="Format", help_text="The format of the answer, which else `Accept` says")
LIST_FORMATS = Choice(
    "json", "ndjson", "csv", component="ListFormat",
    help_text="The format of the answer, which else `Accept` says; `ndjson` and `csv` have every row, from one moment",
)  # fmt: skip
SELECTION_PARAMETERS: dict[str, Value] = {
    "fields": Paths(help_text="Only these fields, at less cost; a dot leads inside, as in `authors.name`"),
    "expand": Paths(help_text="These fields besides those that are shown anyway; a dot leads inside"),
}
"""The parameters that select which fields are shown."""


class Reads(Protocol):
    """The interface of what reads one query parameter: a Value, or the Condition of a filter."""

    def clean(self, value: str | None) -> Any:
        """The value that the text `value` says; None for an absent parameter. Raises ValidationError."""


class Selection(NamedTuple):
    """The serializer with the fields that a request selects, and whether it gave the parameter `fields` or `expand`."""

    serializer: type[Serializer]
    given: bool


@dataclass(frozen=True)
class ListRequest:
    """All parameters of a request for a list, read and checked: a field holds the value of the parameter of its name.

    `filterset` holds the filters, `selection` the serializer with the fields to show.
    """

    filterset: "CatalogueFilter"
    selection: Selection
    cursor: str | None = None
    page: int | None = None
    page_size: int = PAGE_SIZE
    count: str | None = None
    ordering: str | None = None
    seed: int | None = None


def read_request(
    params: QueryDict, filterset_class: type["CatalogueFilter"], shown: type[Serializer], full: type[Serializer]
) -> ListRequest:
    """Read all parameters of a request for a list. Raises InvalidParameters, which names every mistake at once.

    `shown` is the list's serializer; `full` has every field that `fields` and `expand` may name.
    """
    filterset = filterset_class(data=params)
    page, errors = read(PAGE_PARAMETERS, params)
    if "cursor" in page and "page" in page:
        errors.append(parameter_error("page", "conflict", "Goes without cursor."))
    selection, wrong = _select(params, shown, full)
    invalid = invalid_parameters(
        params, SELECTION_PARAMETERS, filterset.base_filters, PAGE_PARAMETERS, formats=LIST_FORMATS.allowed
    )
    _raise_first_of_each([*invalid, *filterset.problems, *errors, *wrong])
    return ListRequest(filterset, selection, **page)


def read_selection(
    params: QueryDict, shown: type[Serializer], full: type[Serializer], others: Collection[str] = (), *errors: Error
) -> Selection:
    """Read the parameters that select the fields of resources. Raises InvalidParameters, which names every mistake.

    `shown` is the resources' serializer; `full` has every field that `fields` and `expand` may name. `others` are the
    names of parameters that are read elsewhere, and `errors` what was wrong with them.
    """
    selection, wrong = _select(params, shown, full)
    _raise_first_of_each([*invalid_parameters(params, SELECTION_PARAMETERS, others), *errors, *wrong])
    return selection


def check_parameters(params: QueryDict, known: Collection[str] = ()) -> None:
    """Raise InvalidParameters for each parameter of `params` that is not in `known`, repeated, empty or no text."""
    if errors := invalid_parameters(params, known):
        raise InvalidParameters(errors)


def _raise_first_of_each(errors: Errors) -> None:
    """Raise InvalidParameters with the first error of each parameter; do nothing if there are no errors."""
    if errors:
        first = {error["param"]: error for error in reversed(errors)}
        raise InvalidParameters(list(first.values())[::-1])


def _select(params: QueryDict, shown: type[Serializer], full: type[Serializer]) -> tuple[Selection, Errors]:
    """The serializer with the fields that `fields` and `expand` select, and the errors of these two parameters."""
    given, errors = read(SELECTION_PARAMETERS, params)
    for name, paths in given.items():
        try:
            select(shown, full, paths, ())
        except UnknownField as error:
            errors.append(parameter_error(name, "unknown_field", str(error)))
    if errors or not given:
        return Selection(shown, given=False), errors
    return Selection(select(shown, full, given.get("fields", ()), given.get("expand", ())), given=True), errors


def read(fields: Mapping[str, Reads], params: QueryDict) -> tuple[dict[str, Any], Errors]:
    """Read the parameters of `params` that `fields` has a reader for; others are ignored.

    Returns their values by name, and an error for each one that its reader refuses.
    """
    given, errors = {}, []
    for name in params:
        if (field := fields.get(name)) is None:
            continue
        try:
            given[name] = field.clean(str(params[name]))
        except ValidationError as error:
            errors.append(parameter_error(name, error.code or "invalid", str(error.message)))
    return given, errors


def invalid_parameters(
    params: QueryDict, *known: Collection[str], formats: Collection[str] = FORMATS.allowed
) -> Errors:
    """An error for each parameter of `params` that is in none of `known`, repeated, empty or not text.

    A `format` is known too, and an error if its value is not in `formats`.
    """
    errors = []
    for name, values in params.lists():
        if not (name == FORMAT and formats) and not any(name in names for names in known):
            errors.append(unknown_parameter(name))
        elif len(values) > 1:
            errors.append(parameter_error(name, "repeated", "Was given more than once."))
        elif not values[0].strip():
            errors.append(parameter_error(name, "blank", "Has no value."))
        elif _UNREADABLE.search(values[0]):
            errors.append(parameter_error(name, "invalid_characters", "Holds characters that are no text."))
        elif name == FORMAT and values[0] not in formats:
            errors.append(parameter_error(name, "invalid_choice", f"Must be {' or '.join(formats)}."))
    return errors
