"""Settings of the server that tests/core/server/test_protocol.py looks at: it waits for a head as briefly as can be."""

from settings.dev import *  # noqa: F403

HEAD_TIMEOUT = 1
