"""Writes of the catalogue: each is one transaction, and what stands against it is a problem."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DataError, IntegrityError, OperationalError

from api.exceptions import ProblemError, field_error
from books.editing.editor import Conflict, FieldError, FieldErrors, InUse
from core.changes.kept_answers import Answer, InProgress, OtherRequest, RequestName, keep_answer, kept_answer
from core.database.errors import TOO_LARGE, sqlstate
from core.database.transactions import in_transaction

T = TypeVar("T")


def written(write: Callable[[], T]) -> T:
    """The result of `write`, called in a transaction. Raises ValidationError and ProblemError for what it refuses."""
    try:
        return in_transaction(write)
    except FieldError as error:
        raise invalid([error]) from None
    except FieldErrors as error:
        raise invalid(error.errors) from None
    except InUse as error:
        raise ProblemError("in_use", str(error)) from None
    except Conflict as error:
        raise ProblemError("conflict", str(error)) from None
    except OtherRequest:
        raise field_error("Idempotency-Key", "reused", "This key was used for another body.") from None
    except InProgress:
        raise ProblemError("in_progress", "A request with this Idempotency-Key is being answered.") from None
    except IntegrityError as error:
        raise ProblemError("conflict", "Another change came first, or what is there does not allow it.") from error
    except (DataError, OperationalError) as error:
        if isinstance(error, OperationalError) and not sqlstate(error).startswith(TOO_LARGE):
            raise
        raise ProblemError("invalid", "The database cannot hold a value of the body, or all together.") from error


def written_once(name: RequestName | None, write: Callable[[], Answer]) -> Answer:
    """The Answer of `write`, called in a transaction; that of the first time for a request that was sent before.

    Without a `name` every request is the first. Raises as `written` does.
    """

    def once() -> Answer:
        if name and (kept := kept_answer(name)):
            return kept
        answer = write()
        if name:
            keep_answer(name, answer)
        return answer

    return written(once)


def invalid(errors: list[FieldError]) -> ProblemError:
    """The problem of fields whose values cannot be taken."""
    names = ", ".join(dict.fromkeys(error.field or "the body" for error in errors))
    return ProblemError("invalid", f"Cannot use: {names[:500]}.", [*map(error_item, errors)])


def error_item(error: FieldError) -> dict[str, object]:
    """The item of `errors` of a field whose value cannot be taken."""
    item: dict[str, object] = {"field": error.field[:100], "code": error.code, "message": str(error)[:500]}
    return {**item, "ids": error.ids} if error.ids else item
