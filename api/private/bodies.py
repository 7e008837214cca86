"""Checks the body of a request."""

from typing import Any

from rest_framework.request import Request

from serializers.writing.base import Body


def checked_body(kind: type[Body], request: Request) -> dict[str, Any]:
    """The checked values of the request's body, by field. Raises ValidationError and ProblemError."""
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values
