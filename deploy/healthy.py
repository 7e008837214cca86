#!/usr/bin/env python
"""Exit 0 when the web server of this container is alive. Past any proxy, and without loading Octavo."""

import http.client
import os
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=3)
try:
    connection.request("GET", "/health/live")
    sys.exit(0 if connection.getresponse().status == http.HTTPStatus.OK else 1)
except OSError as error:
    sys.exit(str(error))
