"""What stores answer, looked at where it comes in: a store of a plugin may return anything, and may fail in any way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from ngff_core.errors import ResultError, StoreError, UsageError, failure_of
from ngff_core.stores.base import Store
from ngff_core.stores.key import LONGEST

__all__ = ["names_in", "names_or_error", "values_of"]

MOST = 10_000_000  # names directly in one folder, as these are held all at once
_SOUND = {bytes, type(None)}
_TEXT = {str}
_BETWEEN = "\0"  # names, in one text: it is in none
_NONE = frozenset(("", ".", "..", "/", "./", "../"))


def values_of(
    store: Store, keys: Sequence[str], ask: Callable[[Sequence[str]], Sequence[object]] | None = None
) -> Sequence[bytes | StoreError | None]:
    """Return what a store has under each key; a store of a plugin that answers with anything else cannot be read.

    ``ask`` is another way to ask it than `Store.get_many`.
    """
    try:
        values = (ask or store.get_many)(keys)
        if values.__class__ is not list:
            values = [*islice(values, len(keys) + 1)]
        if len(values) != len(keys):
            raise ResultError(f"it returned {len(values)} values for {len(keys)} keys")
        if {*map(type, values)} <= _SOUND:
            return values  # type: ignore[return-value]
        return [None if value is None else _value(store, value) for value in values]
    except UsageError:
        raise
    except BaseException as error:  # whatever a store does to read
        return [_failure(store, error)] * len(keys)


def _value(store: Store, value: object) -> bytes | StoreError:
    if isinstance(value, StoreError):
        return _sound(store, value)
    if isinstance(value, bytes):
        return bytes.__getitem__(value, slice(None))  # without what a class of the plugin makes of it
    return _unread(store, f"it returned {type(value).__name__}, expected bytes")


def names_in(store: Store, prefix: str) -> Sequence[str] | None:
    """Return the names directly below a prefix; ``None``: the store cannot list. Raises StoreError where it failed.

    A listing that is none, names anything but what may be directly in a folder, names something twice, or does not end
    has failed: it is never taken for an empty one.
    """
    try:
        names = store.list(prefix)
        return None if names is None else _names(names)
    except UsageError:
        raise
    except BaseException as error:  # whatever a store does to list
        raise _failure(store, error) from None


def names_or_error(store: Store, prefix: str) -> Sequence[str] | StoreError | None:
    """Return the names directly below a prefix, or the error that kept them from being listed."""
    try:
        return names_in(store, prefix)
    except StoreError as error:
        return error


def _names(listing: Iterable[object]) -> Sequence[str]:
    if isinstance(listing, (str, bytes)) or not (hasattr(listing, "__iter__") or hasattr(listing, "__getitem__")):
        raise ResultError(f"it returned {type(listing).__name__}, expected a list of names")
    # once: what is looked at is what is used
    found = listing if listing.__class__ is list else [*islice(listing, MOST + 1)]
    if len(found) > MOST:
        raise ResultError(f"it listed more than {MOST:,} names in one folder")
    classes = {*map(type, found)}
    wrong = next((cls for cls in classes if not issubclass(cls, str)), None)
    if wrong is not None:
        raise ResultError(f"it returned {wrong.__name__} among the names")
    names: list[str] = found if classes <= _TEXT else [str.__str__(name) for name in found]  # type: ignore[assignment]
    _check(names)
    return names


def _check(names: Sequence[str]) -> None:
    """Look at all names together, which is quick; raises ResultError."""
    text = _BETWEEN.join(names)
    if names and not (
        text.count(_BETWEEN) == len(names) - 1
        and text.count("/") == text.count("/" + _BETWEEN) + text.endswith("/")
        and _NONE.isdisjoint(names)
        and len(max(names, key=len)) <= LONGEST
    ):
        wrong = next((name for name in names if not _is_name(name)), "")
        raise ResultError(f"it listed {wrong[:100]!r}, which is no name of what is in a folder")
    if len({*names}) < len(names):
        twice = Counter(names).most_common(1)[0][0]
        raise ResultError(f"it listed {twice[:100]!r} twice")


def _is_name(name: str) -> bool:
    return name not in _NONE and "/" not in name[:-1] and _BETWEEN not in name and len(name) <= LONGEST


def _failure(store: Store, error: BaseException) -> StoreError:
    if isinstance(error, StoreError):
        return _sound(store, error)
    return _unread(store, failure_of(error))


def _sound(store: Store, error: StoreError) -> StoreError:
    """Return an error that can be told, whatever class of the plugin it is of."""
    try:
        hint = error.hint
        if str(error).__class__ is str and (hint is None or hint.__class__ is str):
            return error
    except Exception as again:  # whatever a plugin makes of it
        failure_of(again)
    return _unread(store, f"{type(error).__name__}, which does not say why")


def _unread(store: Store, why: str) -> StoreError:
    return StoreError(f"{type(store).__name__} failed: {why}")
