"""What symbolic links lead to, and what chunks that are some, as git-annex makes them, hold under other names."""

from __future__ import annotations

import os

from ngff_core.errors import StoreError

__all__ = ["COPY", "led_to", "real_path", "refuse_odd_link"]

COPY = "put what it leads to in its place, or write the result to another place (--out)"


def real_path(path: str) -> str:
    """Return what a path leads to, be it there or not; raises StoreError where a link on the way has just gone."""
    try:
        return os.path.realpath(path)
    except OSError as error:
        raise StoreError(f"{path} was changed meanwhile: {(error.strerror or str(error)).lower()}") from None


def led_to(prefix: str, key: str, other: str) -> str:
    """Return what a link would hold under another key; a relative one says it from where it is."""
    target = os.readlink(prefix + key)
    if os.path.isabs(target):
        return target
    old, new = (real_path(os.path.dirname(prefix + name)) for name in (key, other))
    return os.path.relpath(os.path.normpath(os.path.join(old, target)), new)


def refuse_odd_link(prefix: str, key: str) -> None:
    """Raise StoreError for a chunk that is a link to what may get another name, or not to be brought back as it is.

    What is in a hidden folder of the store, such as ``.git``, stays where it is.
    """
    folder = os.path.dirname(prefix + key)
    inside = real_path(os.path.join(folder, os.readlink(prefix + key)))
    if inside.startswith(prefix) and not any(name.startswith(".") for name in inside[len(prefix) :].split(os.sep)):
        raise StoreError(f"{key} is a symbolic link to {inside[len(prefix) :]}, which is in the store", hint=COPY)
    if led_to(prefix, key, key) != os.readlink(prefix + key):
        message = f"{key} is a symbolic link by a roundabout way, which could not be brought back as it is"
        raise StoreError(message, hint=COPY)
