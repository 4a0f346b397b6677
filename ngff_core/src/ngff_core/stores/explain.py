"""What went wrong in a library that reads, as errors of this one: without secrets, in a line."""

from __future__ import annotations

from ngff_core.errors import StoreError
from ngff_core.masking import masked
from ngff_core.stores.base import UndecidedError

__all__ = ["ABSENT", "explain"]

ABSENT = (FileNotFoundError, NotADirectoryError, KeyError)
"""What libraries raise for a key that is not there."""

_REFUSED = {"PermissionError", "PermissionDeniedError", "UnauthenticatedError", "NoCredentialsError"}


def explain(error: Exception) -> StoreError:
    """Return the error that says why a key could not be read."""
    if isinstance(error, StoreError):
        return error
    names = {cls.__name__ for cls in type(error).__mro__}
    if names & _REFUSED or getattr(error, "status", None) in (401, 403):
        return UndecidedError("permission denied")
    if isinstance(error, IsADirectoryError):
        return StoreError("it is a directory, expected a file")
    if isinstance(error, TimeoutError):
        return StoreError("no answer in time")
    lines = masked(str(error)).strip().splitlines()
    return StoreError(f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__)
