"""Runs `import_books` and kills its own process after a number of SQL statements, wherever that is."""

import json
import os
import signal
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection

from books.importing import load_state, loader
from books.importing.entities import emptied
from books.importing.removal import unlisted
from books.models import SourceLoad

SMALL = ((unlisted, "CHUNK", 20), (emptied, "CHUNK", 20), (load_state, "PAGE", 130))
BATCH = 150
"""Sizes by which a short file takes many transactions."""


def run(statements: int, *arguments: str) -> None:
    """Load with small batches, and die by SIGKILL in place of the statement number `statements`; 0: never.

    Prints one line of JSON: how far the loads of each source had come before, by source.
    """
    print(json.dumps({load.source: [load.position, load.counts] for load in SourceLoad.objects.all()}), flush=True)
    for module, name, size in SMALL:
        patch.object(module, name, size).start()
    patch.dict(loader.load.__kwdefaults__ or {}, batch_size=BATCH).start()
    done = 0

    def count(execute, *call):
        nonlocal done
        done += 1
        if done == statements:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*call)

    with connection.execute_wrapper(count):
        call_command("import_books", *arguments)
