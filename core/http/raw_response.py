"""The ASGI extension by which a response is sent as the bytes it is: its name, and headers as HTTP/1.1 writes them."""

RAW_RESPONSE = "octavo.raw_response"
"""The name of the extension in a scope, and the type of its one message: status, head (header lines), body."""

Headers = list[tuple[bytes, bytes]]


def header_lines(headers: Headers) -> bytes:
    """`headers` as HTTP/1.1 writes them. Raises ValueError for one that would be several."""
    found = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    if not found.count(b"\r") == found.count(b"\n") == len(headers):
        raise ValueError("a header holds the end of a line")
    return found
