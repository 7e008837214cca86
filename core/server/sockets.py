"""Functions that say whether the server can listen on an address, and write the address as text."""

import socket


def address(host: str, port: int) -> str:
    """`host:port` as gunicorn and URLs write it, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def cannot_listen(host: str, port: int) -> str:
    """Why the server cannot listen on `host` and `port` now, in a few words; "" if it can."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            # As gunicorn does, so that connections of a server just stopped do not count as a listener.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Fails if a process listens there. Listening here would accept a client's connection and drop it.
            trial.bind((host, port))
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""
