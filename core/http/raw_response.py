"""RAW_RESPONSE, an ASGI extension: the application sends a whole response in one message, its headers as lines."""

RAW_RESPONSE = "octavo.raw_response"
"""The name of the extension in a scope, and the type of its one message: status, head (header lines), body."""

Headers = list[tuple[bytes, bytes]]


def header_lines(headers: Headers) -> bytes:
    """`headers` as the bytes of HTTP/1.1 header lines. Raises ValueError if a header holds the end of a line."""
    lines = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    if not lines.count(b"\r") == lines.count(b"\n") == len(headers):
        raise ValueError("a header holds the end of a line")
    return lines
