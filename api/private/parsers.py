"""JSONParser: reads the bodies of requests."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.parsers import BaseParser

from api.exceptions import ProblemError


class JSONParser(BaseParser):
    """DRF's parser of request bodies: JSON in UTF-8, read by orjson, which refuses what is nested too deeply."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body's data. Raises ProblemError (`malformed`)."""
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ProblemError("malformed", f"The body is no JSON: {str(error)[:200]}") from None
