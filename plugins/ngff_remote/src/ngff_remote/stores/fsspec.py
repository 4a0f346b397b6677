"""Addresses that fsspec opens: ``github://``, ``memory://``, ``zip::s3://``, and whatever else is installed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ngff_core.errors import StoreError, UsageError
from ngff_core.masking import masked
from ngff_core.references import Reference
from ngff_core.stores import UnreachableError
from ngff_core.stores.explain import explain
from ngff_remote.options import RESERVED

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["open_with_fsspec"]

_fsspec_store = Reference("ngff_core.stores.adapters.fsspec:FsspecStore")


def open_with_fsspec(url: str, options: Mapping[str, Any]) -> Store | None:
    """Open an address with fsspec; ``None`` where it is not installed or knows no such protocol.

    Options go to the first file system, those named ``PROTOCOL.NAME`` to that of a chain (``zip::s3://``).
    """
    if find_spec("fsspec") is None:
        return None
    from fsspec import available_protocols
    from fsspec.core import url_to_fs

    if not all(part.partition("://")[0] in available_protocols() for part in url.split("::") if "://" in part):
        return None
    try:
        fs, path = url_to_fs(url, **_arguments(options))
        store: Store = _fsspec_store(fs, path, url)
    except OSError as error:  # some file systems connect, or read an archive, to begin with
        found = StoreError("there is no such file") if isinstance(error, FileNotFoundError) else explain(error)
        return _Unreachable(_shown(url), UnreachableError(str(found)))
    except ImportError as error:  # which names what has to be installed
        raise UsageError(f"fsspec cannot open {_shown(url)}: {masked(str(error))}") from None
    except Exception as error:  # whatever a file system does to begin
        raise UsageError(f"fsspec cannot open {_shown(url)}: {explain(error)}") from None
    store.url = _shown(url)
    return store


def _shown(url: str) -> str:
    """Return an address without its secrets, in a form that is the same for the same file."""
    return masked(url).partition("?")[0] if url.startswith("github://") else masked(url)


class _Unreachable:
    """A store that was not reached: every question has the same answer."""

    batch = 256
    concurrent = 1
    lists_cheaply = False

    def __init__(self, url: str, error: UnreachableError) -> None:
        self.url = url
        self._error = error

    def get(self, key: str) -> bytes | None:
        raise self._error

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return [self._error] * len(keys)

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


def _arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    words = {"true": True, "false": False}
    found: dict[str, Any] = {}
    for name, value in options.items():
        if name in RESERVED:
            continue
        value = words.get(value.lower(), value) if isinstance(value, str) else value
        protocol, dot, inner = name.partition(".")
        if dot:
            found.setdefault(protocol, {})[inner] = value
        else:
            found[name] = value
    return found
