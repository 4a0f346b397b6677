"""Whether this process can be forked: stores of plugins hold connections and threads, which do not survive that."""

from __future__ import annotations

import os
import sys

from ngff_core.stores.base import Store

__all__ = ["can_be_forked", "record_opened"]

_opened: set[str] = set()  # the classes of stores of plugins


def record_opened(store: Store) -> None:
    """Record that a store was opened, which may be one of a plugin."""
    module = type(store).__module__
    if not module.startswith("ngff_core."):
        _opened.add(module)


def can_be_forked() -> bool:
    """Tell whether there is no store of a plugin, and no thread but this one, of Python or of a library."""
    try:
        return sys.platform == "linux" and not _opened and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False
