"""Where the server listens, and that it answers those who still wait when it stops listening."""

import asyncio
import socket
import sys
import threading
from collections import Counter

import pytest
from uvicorn.config import Config

from core.health import readiness
from core.server.sockets import address, cannot_listen
from core.server.worker import DrainingServer, Worker, listening_problem
from tests.support.servers import free_port


@pytest.mark.parametrize(
    ("host", "written"), [("127.0.0.1", "127.0.0.1:8000"), ("::1", "[::1]:8000"), ("books", "books:8000")]
)
def test_an_address_is_written_as_urls_write_it(host, written):
    assert address(host, 8000) == written


def test_a_free_port_can_be_listened_on():
    assert cannot_listen("127.0.0.1", free_port()) == ""


@pytest.fixture
def held():
    """A port on which nobody listens, and nobody else will."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_asking_takes_no_connection(held):
    port, ended = held, threading.Event()
    outcomes: Counter[str] = Counter()

    def connect():
        while not ended.is_set():
            try:
                with socket.create_connection(("127.0.0.1", port)) as connection:
                    # A client whose own port happens to be this one reaches itself.
                    outcomes["taken"] += connection.getsockname() != connection.getpeername()
            except ConnectionRefusedError:
                outcomes["refused"] += 1
            except OSError:
                outcomes["no address left"] += 1

    client = threading.Thread(target=connect)
    client.start()
    try:
        while outcomes["refused"] < 8000:
            cannot_listen("127.0.0.1", port)
    finally:
        ended.set()
        client.join()
    assert outcomes["taken"] == 0


def test_a_taken_port_cannot_also_when_everywhere_is_asked_for():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for host in ("127.0.0.1", "0.0.0.0", "localhost"):
            assert cannot_listen(host, taken.getsockname()[1]) == "address already in use"


def test_a_host_that_nobody_knows_is_said_to_be_unknown():
    assert "not known" in cannot_listen("no-such-host.invalid", 8000)


@pytest.mark.parametrize("host", ["203.0.113.1", "2001:db8::1", "no-such-host.invalid"])
def test_what_is_wrong_with_a_host_is_not_said_of_the_port(host):
    line = listening_problem(host, free_port(), "PORT chooses another port")
    assert line.startswith(f"cannot listen on {address(host, 0)[:-2]}:")
    assert line.endswith("; HOST must be an address or a name of this machine")


def test_what_is_wrong_with_a_port_is_not_said_of_the_host():
    assert listening_problem("127.0.0.1", free_port(), "PORT chooses another port") == ""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        line = listening_problem("127.0.0.1", taken.getsockname()[1], "PORT chooses another port")
    assert line.endswith(": address already in use; PORT chooses another port")


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


def test_those_who_wait_to_be_accepted_when_the_server_stops_listening_are_answered(monkeypatch):
    monkeypatch.setattr(readiness, "draining", False)
    # This process does not end.
    monkeypatch.setattr("core.server.worker.close_pools", lambda: None)
    monkeypatch.setattr("core.server.worker.SHUTDOWN_SWITCH_SECONDS", sys.getswitchinterval())

    async def stopped_while(listener, clients):
        server = DrainingServer(Config(hello, **Worker.CONFIG_KWARGS | {"loop": "none", "access_log": False}))
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[listener])
        for client in clients:
            # Nothing else runs on the event loop between: the connection is made, and waits to be accepted.
            client.connect(listener.getsockname())
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await server.shutdown(sockets=[listener])

    clients = [socket.socket() for _ in range(20)]
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            asyncio.run(stopped_while(listener, clients))
        answered = [client.recv(1000) for client in clients]
    finally:
        for client in clients:
            client.close()
    assert [answer.split(b"\r\n")[0] for answer in answered] == [b"HTTP/1.1 200 OK"] * 20
    assert all(answer.endswith(b"hello") for answer in answered)
