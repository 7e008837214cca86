"""`manage.py import_books FILE`: loads a catalogue file."""

import sys
import time
from argparse import ArgumentParser
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.db import connection, transaction

from books.importing.import_lock import IMPORT, import_lock
from books.importing.joining.kinds import KINDS
from books.importing.load_state import Fingerprint
from books.importing.loader import load, no_memory_map
from books.importing.progress import Progress
from books.importing.readers.formats import FORMATS, Catalogue, open_catalogue
from books.importing.records import BrokenFile
from books.importing.rejects_file import RejectsFile, RejectsFileError
from books.importing.summary import Summary
from core.database.locks import LockTakenError
from core.jobs.models import Job
from core.management.catalogue import CatalogueCommand

SHOWN = 20
"""Rejections printed; `--rejects` has them all."""

CHANGED = 0.01
"""Share of the records up to which changes leave the database's statistics good enough: a month's file has 0.7 %."""


class Command(CatalogueCommand):
    """Loads a catalogue file; may be run again at any time, and while Octavo serves."""

    help = "Load a catalogue. What is there already is left alone or updated; running it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments: the file, its format and source, and where rejected records go."""
        parser.add_argument("file", type=Path, help="a catalogue, plain or gzipped")
        parser.add_argument("--format", choices=sorted(FORMATS), help="unless told, found out from the file")
        parser.add_argument("--source", metavar="NAME", help="whose keys these are, instead of what the file says")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="write refused records there, as NDJSON")
        parser.add_argument(
            "--complete",
            action="store_true",
            help="the file lists all of its source: then delete what it does not list",
        )
        parser.add_argument("--force", action="store_true", help="with --complete: delete though the file looks wrong")

    def handle(
        self, *args: Any, file: Path, format: str | None, source: str | None, rejects: Path | None, **options: Any
    ) -> None:
        """Load the file. Exit with status 130 after Ctrl-C; with 1 and one line if something was not done.

        That is so if the file cannot be read to its end, or if what it does not list was to be deleted and was not.
        """
        complete, force = options["complete"], options["force"]
        if force and not complete:
            raise CommandError("--force is for --complete")
        with ExitStack() as stack:
            try:
                stack.enter_context(import_lock())
                catalogue = stack.enter_context(open_catalogue(file, format, source))
            except LockTakenError:
                raise CommandError("another import is running, or a reindex; try again when it is done") from None
            except (BrokenFile, OSError) as error:
                raise CommandError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
            try:
                refused = stack.enter_context(RejectsFile(rejects, file)) if rejects else None
            except RejectsFileError as error:
                raise CommandError(str(error)) from None
            ways = {"complete": complete, "force": force}
            about = {"file": file.name, "format": catalogue.format, "source": catalogue.source}
            job = Job(kind=IMPORT, parameters={**about, **ways})
            job.start()
            progress = stack.enter_context(Progress(catalogue, job, self.stderr))
            self._load(catalogue, file, job, progress, refused, **ways)

    def _load(
        self,
        catalogue: Catalogue,
        file: Path,
        job: Job,
        progress: Progress,
        reject: RejectsFile | None,
        *,
        complete: bool,
        force: bool,
    ) -> None:
        began = time.monotonic()
        items = catalogue.whole_items() if complete else catalogue.items
        try:
            summary = load(
                items, catalogue.source,
                file=Fingerprint.of(file), complete=complete, force=force, progress=progress, reject=reject,
            )  # fmt: skip
        except BrokenFile as error:
            job.counts = progress.summary.job_counts
            job.finish(Job.State.FAILED, str(error))
            progress.stop()
            self._report(progress.summary, time.monotonic() - began)
            nothing = " Nothing was deleted." if complete and not force else ""
            raise CommandError(f"{file}: {error} What came before it is loaded.{nothing}") from None
        except RejectsFileError as error:
            job.finish(Job.State.FAILED, str(error))
            raise CommandError(f"{error}. Whole batches are loaded; run it again to go on.") from None
        except KeyboardInterrupt:
            job.counts = progress.summary.job_counts
            job.finish(Job.State.CANCELLED, "interrupted")
            progress.stop()
            self.stderr.write("Interrupted. The catalogue is whole up to the last batch; run it again to go on.")
            sys.exit(130)
        except BaseException as error:
            job.finish(Job.State.FAILED, f"{type(error).__name__}: {error}")
            raise
        job.counts = summary.job_counts
        job.finish(Job.State.FAILED if summary.refusal else Job.State.SUCCEEDED, summary.refusal)
        changed = summary.created + summary.updated + summary.deleted
        renew = summary.continued > 0 or changed > CHANGED * summary.records
        if renew:
            _renew_statistics()
        progress.stop()
        self._report(summary, time.monotonic() - began)
        if renew and connection.vendor == "postgresql":
            with suppress(KeyboardInterrupt):
                _renew_statistics(closely=True)
        if summary.refusal:
            raise CommandError(f"{file}: {summary.refusal}")

    def _report(self, summary: Summary, seconds: float) -> None:
        numbers = ", ".join(
            f"{number:,} {name}" for name, number in {**summary.counts, "deleted": summary.deleted}.items()
        )
        rate = (summary.records - summary.continued) / seconds if seconds else 0
        self.stdout.write(f"{summary.records:,} records in {seconds:.1f} s ({rate:,.0f}/s): {numbers}")
        if summary.continued:
            self.stdout.write(f"  {summary.continued:,} of them by a load of this file that was interrupted")
        if summary.isbn_shared:
            self.stdout.write(f"  {summary.isbn_shared:,} bear a number of another book, with which they do not agree")
        if summary.made_keys:
            self.stdout.write(f"  {summary.made_keys:,} have no key; each was given one made of what it says")
        if summary.edited or summary.shared:
            self.stdout.write(
                f"  no longer listed, but not deleted: {summary.edited:,} changed by an editor,"
                f" {summary.shared:,} known by another source"
            )
        if joined := ", ".join(
            f"{summary.joined[kind]:,} {words}" for kind, words in KINDS.items() if summary.joined[kind]
        ):
            self.stdout.write(f"  authors joined: {joined}")
        for item in summary.rejections[:SHOWN]:
            self.stdout.write(f"  line {item.position}: {item.reason}: {item.message}")
        if (more := summary.rejected - len(summary.rejections[:SHOWN])) > 0:
            self.stdout.write(f"  and {more:,} more; --rejects FILE writes them all")


def _renew_statistics(*, closely: bool = False) -> None:
    """Run ANALYZE, without which plans are made as for empty tables; from smaller samples unless `closely`."""
    with no_memory_map(), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not closely:
            # Smaller samples take a third of the time and suffice for right plans.
            cursor.execute("SET LOCAL default_statistics_target = 30")
        cursor.execute("ANALYZE")
