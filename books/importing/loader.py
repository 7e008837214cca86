"""Loading a catalogue: records into books, batch by batch, each batch complete in one transaction."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import DataError, IntegrityError, OperationalError, connections, transaction

from books.importing.ahead import batches_ahead
from books.importing.batches import Batch
from books.importing.fitting import Incoming, prepare
from books.importing.matching import Change, Matcher, Plan
from books.importing.outcome import Summary, rejection
from books.importing.records import Record, Rejection
from books.importing.writing import Writes

BATCH_SIZE = 5_000


def load(items, source, *, batch_size=BATCH_SIZE, progress=None, reject=None) -> Summary:
    connection = connections["default"]
    matcher = Matcher(connection, source)
    total = Summary()
    for chunk in batches_ahead((prepare(i) if isinstance(i, Record) else i for i in items), batch_size):
        with transaction.atomic():
            if connection.vendor == "postgresql":
                connection.cursor().execute("SET LOCAL enable_seqscan=off")
            plan = matcher.match(chunk)
            batch = Batch(Writes(connection), source)
            done = batch.write(plan.new, plan.changed)
        matcher.mark(plan)
        total = total.plus(plan.summary).plus(done)
    return total
