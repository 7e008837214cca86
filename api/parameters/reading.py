"""What a request asks for, read once and strictly: whatever cannot be used is an error that names it."""

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Protocol

from django.core.exceptions import ValidationError
from django.http import QueryDict

from api.exceptions import InvalidParameters, parameter_error, unknown_parameter
from api.parameters.lists import Paths
from api.parameters.values import Choice, Value
from serializers.base import Serializer
from serializers.selection import UnknownField, select

Errors = list[dict[str, str]]
_UNREADABLE = re.compile("[\x00\ufffd\ud800-\udfff]")
FORMAT = "format"
FORMATS = Choice("json", component="Format", help_text="The format of the answer, which else `Accept` says")
SELECTION_PARAMETERS: dict[str, Value] = {
    "fields": Paths(help_text="Only these fields, at less cost; a dot leads inside, as in `authors.name`"),
    "expand": Paths(help_text="These fields besides those that are shown anyway; a dot leads inside"),
}
"""The parameters that say how much is shown."""


class Reads(Protocol):
    """Whatever reads a parameter: a value, or a filter's condition."""

    def clean(self, value: str | None) -> Any:
        """The value of the text. Raises ValidationError."""


class ListRequest(NamedTuple):
    """A request's parameters: those of the filters, those of the page, and what is to be shown."""

    filterset: Any
    paging: dict[str, Any]
    serializer: type[Serializer]
    selected: bool


def read_request(params: QueryDict, view: Any) -> ListRequest:
    """Everything `view` was asked. Raises InvalidParameters, which names every mistake at once."""
    filterset, paging, known = None, {}, [SELECTION_PARAMETERS]
    errors: Errors = []
    if not view.detail:
        filterset = view.filterset_class(data=params)
        paging, wrong = view.paginator.read(params)
        errors = [*filterset.problems, *wrong]
        known += [filterset.base_filters, view.paginator.parameters]
    serializer, selected, wrong = _selected(params, view)
    errors = [*invalid_parameters(params, *known), *errors, *wrong]
    if errors:
        first = {error["param"]: error for error in reversed(errors)}
        raise InvalidParameters(list(first.values())[::-1])
    return ListRequest(filterset, paging, serializer, selected)


def _selected(params: QueryDict, view: Any) -> tuple[type[Serializer], bool, Errors]:
    """The view's serializer with what `fields` and `expand` make of it, and whether they were given."""
    shown, full = view.get_serializer_class(), view.full_serializer
    given, errors = read(SELECTION_PARAMETERS, params)
    for name, paths in given.items():
        try:
            select(shown, full, paths, ())
        except UnknownField as error:
            errors.append(parameter_error(name, "unknown_field", str(error)))
    if errors or not given:
        return shown, False, errors
    return select(shown, full, given.get("fields", ()), given.get("expand", ())), True, errors


def read(fields: Mapping[str, Reads], params: QueryDict) -> tuple[dict[str, Any], Errors]:
    """The values of those of `fields` that were given, and what is wrong with them."""
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
    """An error for each parameter that is unknown, repeated, empty or not text, or a `format` that is not made here."""
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
