"""ETags: how the ETag of a response is made, and whether an If-None-Match header names it.

The ETag of a body that is sent without compression is `"TAG"`, where TAG is a digest of the body. The ETag of the
compressed body is `"TAG-br"`, `"TAG-gzip"` or `"TAG-zstd"`.
"""

import hashlib
import re

_TAG = re.compile(rb'"([^"]*?)(?:-gzip|-br|-zstd)?"')


def tag_of(body: bytes) -> bytes:
    """The digest of `body` in 32 hexadecimal digits: what the ETags of all its content codings begin with."""
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()


def etag(tag: bytes, coding: bytes | None) -> bytes:
    """The ETag header of the body with this `tag_of`, as sent in content coding `coding` (None: not compressed)."""
    return b'"%b%b"' % (tag, b"-" + coding if coding else b"")


def etag_matches(if_none_match: bytes, tag: bytes) -> bool:
    """Whether the value of an If-None-Match header is `*`, or names a body with `tag` in any coding, weak or strong."""
    if tag in if_none_match:
        return tag in _TAG.findall(if_none_match)
    return if_none_match.strip() == b"*"
