"""What stores answer, looked at where it comes in: a store of a plugin may return anything, and may fail in any way.

The names in a large folder are held as texts of 200 each: a quarter of what a list of them takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ngff_core.errors import ResultError, StoreError, UsageError, failure_of
from ngff_core.references import Reference
from ngff_core.stores.base import Store
from ngff_core.stores.key import LONGEST

__all__ = ["ManyNames", "in_order", "names_in", "names_or_error", "values_of"]

MOST = 10_000_000  # names directly in one folder
MANY = 10_000  # that are held as texts
_TOGETHER = 200  # names of a text
_SOUND = {bytes, type(None)}
_TEXT = {str}
_BETWEEN = "\0"  # names, in one text: it is in none
_merge = Reference("heapq:merge")
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
    found: Sequence[object] = (
        listing if isinstance(listing, ManyNames) or listing.__class__ is list else [*islice(listing, MOST + 1)]
    )
    if len(found) > MOST:
        raise ResultError(f"it listed more than {MOST:,} names in one folder")
    if isinstance(found, ManyNames):
        _check_parts(found)
        return found
    classes = {*map(type, found)}
    wrong = next((cls for cls in classes if not issubclass(cls, str)), None)
    if wrong is not None:
        raise ResultError(f"it returned {wrong.__name__} among the names")
    names: list[str] = found if classes <= _TEXT else [str.__str__(name) for name in found]  # type: ignore[assignment]
    _check(names)
    return names if len(names) < MANY else ManyNames(names)


def _check_parts(names: ManyNames) -> None:
    """Look at names of this package, which are in order: the same ones are side by side. Raises ResultError."""
    last: list[str] = []
    for some in names.parts():
        _check([*last, *some])
        last = some[-1:]


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


class ManyNames(Sequence[str]):
    """Names one after the other, none of which holds a NUL: they are made when they are asked for."""

    __slots__ = ("_number", "_texts")

    def __init__(self, names: Iterable[str]) -> None:
        names, self._number, self._texts = iter(names), 0, list[str]()
        while some := [*islice(names, _TOGETHER)]:
            self._number += len(some)
            self._texts.append(_BETWEEN.join(some))

    def parts(self) -> Iterator[list[str]]:
        """Yield the names, some at a time."""
        return (text.split(_BETWEEN) for text in self._texts)

    def __iter__(self) -> Iterator[str]:
        for some in self.parts():
            yield from some

    def __contains__(self, name: object) -> bool:
        return any(name in some for some in self.parts())

    def __getitem__(self, index: Any) -> Any:
        return [*self][index]  # nobody does: who goes through a folder goes through all of it

    def __len__(self) -> int:
        return self._number


def in_order(names: Iterable[str]) -> Sequence[str]:
    """Return names in order, never holding all of them one by one where they are many."""
    names = iter(names)
    some = sorted(islice(names, MANY))
    if len(some) < MANY:
        return some
    runs = []
    while some:
        runs.append(ManyNames(some))
        some = sorted(islice(names, MANY))
    return ManyNames(_merge(*runs))


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
