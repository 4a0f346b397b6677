"""How commands that write end: what is said of what went wrong, and the exit code."""

from __future__ import annotations

from collections.abc import Callable

import click

from ngff_core.cli.changing.outcome import outcome_of_failure
from ngff_core.errors import NotFoundError, StoreError, UsageError
from ngff_core.report.report import ValidationError
from ngff_core.stores.writing import ConflictError
from ngff_core.words import printable
from ngff_write.cli.progress import Progress
from ngff_write.target import TakenError

__all__ = ["ended"]

_KNOWN = (StoreError, NotFoundError, ConflictError, ValidationError)


def ended(work: Callable[[Progress], int], url: str) -> int:
    """Do the work of a command; return its exit code.

    1 where the result would not be valid, 3 where something could not be read or written. Wrong usage is raised.
    """
    progress = Progress()
    try:
        return work(progress)
    except TakenError as taken:
        raise UsageError(str(taken).replace("overwrite=True", "--overwrite")) from None
    except BrokenPipeError:  # nobody reads what is said, as of any command
        raise
    except (*_KNOWN, OSError, MemoryError) as failure:
        progress.clear()
        error = failure if isinstance(failure, _KNOWN) else StoreError(f"{url}: {_said(failure)}")
        outcome = outcome_of_failure(url, error, "was not kept")
        click.echo(printable(f"Error: {outcome.reasons[0]}"), err=True)
        if isinstance(error, ValidationError):
            click.echo(str(error), err=True)
        return outcome.code
    finally:
        progress.clear()


def _said(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return f"there is not enough memory: {error}"
    return (getattr(error, "strerror", None) or str(error)).lower()
