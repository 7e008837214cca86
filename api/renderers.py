"""JSONRenderer: makes JSON of the plain data of DRF's responses."""

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
