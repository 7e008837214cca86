"""Which of the formats that can be made a client is given: by `format`, else by its Accept header."""

from collections.abc import Sequence
from typing import Any

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

# A row of them without end would cost without end.
_LONGEST, _MOST = 8_192, 64


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The media type among `offered` that an Accept header wants most, the first of equals; None if it wants none.

    RFC 9110, section 12.5.1: of the ranges that a type lies in the most specific says how much it is wanted, and 0 is
    not at all. Django looks for a range that is wanted, whatever a more specific one says. Parameters of a range are
    not looked at: all there is of a type here is one kind.
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
    """DRF's choice of a renderer, made by `preferred`."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        """A renderer and its media type: `format`'s where there is one. Raises NotAcceptable."""
        named = [renderer for renderer in renderers if renderer.format == request.query_params.get("format")]
        offered = {renderer.media_type: renderer for renderer in named or renderers}
        found = next(iter(offered)) if named else preferred(request.headers.get("Accept", ""), list(offered))
        if found is None:
            raise NotAcceptable(available_renderers=renderers)
        return offered[found], found
