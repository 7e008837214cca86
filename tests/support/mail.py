"""A real SMTP server for tests, which keeps the mails that it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from tests.support.servers import free_port


class Inbox(MessageHandler):
    """An SMTP server's handler that keeps what it is sent; the server listens on `port` of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.messages: list[Message] = []

    def handle_message(self, message: Any) -> None:
        """Keep `message`."""
        self.messages.append(message)


@contextmanager
def mail_server() -> Iterator[Inbox]:
    """The Inbox of an SMTP server that runs until the end of the block."""
    inbox = Inbox(free_port())
    server = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    server.start()
    try:
        yield inbox
    finally:
        server.stop()
