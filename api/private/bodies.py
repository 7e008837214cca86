"""Checks the body of a request."""

from collections.abc import Collection
from typing import Any

from rest_framework.request import Request

from serializers.writing.base import Body


def checked_body(kind: type[Body], request: Request, kept: Collection[str] = ()) -> dict[str, Any]:
    """The checked values of the request's body, by field, without the fields `kept`, which are not looked at.

    Raises ValidationError and ProblemError.
    """
    data: Any = request.data
    serializer = kind(data={name: data[name] for name in data if name not in kept} if kept else data)
    for name in kept:
        serializer.fields.pop(name, None)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values
