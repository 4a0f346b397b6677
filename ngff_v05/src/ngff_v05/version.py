"""The version that every OME object states."""

from typing import Any

from ngff_core.structure import member

__all__ = ["VERSION", "version_member"]

VERSION = "0.5"


def version_member() -> Any:
    """Declare the version that every OME object of 0.5 states."""
    return member(default=VERSION, required=False, wrong="version-ome-value", before="*")
