"""The renderers that DRF negotiates the format of a response by; JSONRenderer makes all that are no streams."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


class JSONRenderer(BaseRenderer):
    """DRF's renderer of responses: JSON in UTF-8, made by orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """`data`, made of dicts, lists and plain values, as JSON bytes; b"" for None."""
        return b"" if data is None else orjson.dumps(data)


class NdjsonRenderer(JSONRenderer):
    """The format ndjson of lists, which are streams (api/streams); errors are JSON."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class CsvRenderer(JSONRenderer):
    """The format csv of lists, which are streams (api/streams); errors are JSON."""

    media_type = "text/csv"
    format = "csv"
