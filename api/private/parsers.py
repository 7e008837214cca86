"""JSONParser: reads the bodies of requests."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.parsers import BaseParser

from api.exceptions import ProblemError

DEEPEST = 64
"""Arrays and objects that may stand inside one another: what is stored is written by code that calls itself."""


class JSONParser(BaseParser):
    """DRF's parser of request bodies: JSON in UTF-8, nested at most DEEPEST times."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body's data. Raises ProblemError (`malformed`)."""
        body = stream.read()
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ProblemError("malformed", f"The body is no JSON: {str(error)[:200]}") from None
        if body.count(b"[") + body.count(b"{") > DEEPEST and _is_too_deep(data):
            raise ProblemError("malformed", f"The body is nested more than {DEEPEST} times.")
        return data


def _is_too_deep(data: Any) -> bool:
    """Whether more than DEEPEST arrays and objects of `data` stand inside one another."""
    level = [data]
    for _ in range(DEEPEST + 1):
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return False
        level = [value for each in level for value in (each.values() if isinstance(each, dict) else each)]
    return True
