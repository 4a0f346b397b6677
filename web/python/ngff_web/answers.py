"""What the page answers when it is asked for keys and listings, as values of stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ngff_core.errors import StoreError
from ngff_core.stores import MAX_DOCUMENT, UndecidedError, UnreachableError
from ngff_remote.clients.body import WebPageError, is_page
from ngff_remote.clients.failures import of_status

__all__ = ["Answer", "Wanted", "answer_of"]

_KINDS = {"error": StoreError, "undecided": UndecidedError, "unreachable": UnreachableError}
_TOO_LARGE = f"the document has more than {MAX_DOCUMENT} bytes, which is the limit"


@attrs.frozen
class Wanted:
    """What a store is asked for and does not know: keys, and prefixes to list."""

    keys: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


@attrs.frozen
class Answer:
    """The values of keys, and the names below prefixes, in the order of what was wanted."""

    values: Sequence[bytes | StoreError | None]
    listings: Sequence[Sequence[str] | None]


def answer_of(wanted: Wanted, answered: Mapping[str, Any], data: bytes) -> Answer:
    """Return what the page answered.

    ``answered["statuses"]`` are statuses of HTTP, whatever the documents come from; 0 where there was none, for which
    ``answered["problems"]`` says by number what happened: a kind of error, words, and a hint. ``answered["sizes"]``
    tell how the documents stand one after the other in ``data``, ``answered["listings"]`` are names or ``None``.
    """
    values: list[bytes | StoreError | None] = []
    problems, start = answered["problems"], 0
    for number, (status, size) in enumerate(zip(answered["statuses"], answered["sizes"], strict=True)):
        if status == 200:
            values.append(_document(wanted.keys[number], data[start : start + size]))
            start += size
        elif status:
            values.append(StoreError(_TOO_LARGE) if status == 413 else of_status(status))
        else:
            kind, words, hint = problems[str(number)]
            values.append(_KINDS[kind](words, hint=hint or None))
    return Answer(values, [names if names is None else sorted(names) for names in answered["listings"]])


def _document(key: str, data: bytes) -> bytes | StoreError:
    return WebPageError() if is_page(key, data) else data
