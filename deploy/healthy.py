"""`python -m deploy.healthy`: exits 0 if the web server of this container is alive, asked without any proxy."""

import http.client
import sys

from settings.env import load_or_exit

ENV = load_or_exit()
connection = http.client.HTTPConnection("127.0.0.1", ENV.ops_port or ENV.port, timeout=3)
try:
    connection.request("GET", "/health/live")
    sys.exit(connection.getresponse().status != http.HTTPStatus.OK)
except OSError as error:
    sys.exit(f"octavo: {error}")
