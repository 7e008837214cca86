"""Content negotiation: the format of a response, by the query parameter `format`, else by the Accept header."""

from collections.abc import Sequence
from typing import Any

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

# Bounds on the bytes and ranges of an Accept header that are read: each range costs time.
_LONGEST, _MOST = 8_192, 64


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The media type of `offered` that the Accept header wants most; of equals the first; None if it wants none.

    RFC 9110, section 12.5.1: the most specific range that a type matches sets its quality, and quality 0 refuses it.
    Django accepts a type by any range, even where a more specific one refuses it. A range's parameters are ignored, as
    no type is offered twice with different ones.
    """
    ranges = [MediaType(token) for token in accept[:_LONGEST].split(",")[:_MOST] if token.strip()]
    wanted = {media_type: _quality(media_type, ranges) for media_type in offered} if ranges else {}
    best = max(offered, key=lambda media_type: wanted.get(media_type, 1))
    return best if wanted.get(best, 1) > 0 else None


def _quality(media_type: str, ranges: Sequence[MediaType]) -> float:
    main, _, sub = media_type.partition("/")
    found = [
        (bool(each.main_type != "*") + bool(each.sub_type != "*"), each.quality)
        for each in ranges
        if each.main_type in ("*", main) and each.sub_type in ("*", sub)
    ]
    return max(found)[1] if found else 0


class Negotiation(DefaultContentNegotiation):
    """DRF's content negotiation, which chooses a renderer by `preferred`."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        """The renderer for a request and its media type, by the query parameter `format`, else by the Accept header.

        Raises NotAcceptable.
        """
        named = [renderer for renderer in renderers if renderer.format == request.query_params.get("format")]
        offered = {renderer.media_type: renderer for renderer in named or renderers}
        found = next(iter(offered)) if named else preferred(request.headers.get("Accept", ""), list(offered))
        if found is None:
            raise NotAcceptable(available_renderers=renderers)
        return offered[found], found
