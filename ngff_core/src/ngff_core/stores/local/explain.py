"""Why a file could not be read, in words."""

from __future__ import annotations

import errno

__all__ = ["explain"]


def explain(error: OSError) -> str:
    """Return why a file could not be read."""
    if isinstance(error, PermissionError):
        return "permission denied"
    if error.errno == errno.EISDIR:
        return "it is a directory, expected a file"
    if error.errno == errno.ELOOP:
        return "its symbolic links go round in a circle"
    return (error.strerror or str(error)).lower()
