"""Edits: single changes of metadata documents, and what a document is with some of them made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, Final

import attrs

from ngff_core.issues.pointer import Part, Pointer, to_pointer
from ngff_core.zarr.keys import DOCUMENTS

__all__ = ["REMOVED", "Edit", "EditError", "edited", "is_sound", "parts_of", "value_at"]

_PLAIN = (str, int, float, bool, type(None))


class _Removed(Enum):
    REMOVED = "removed"

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED: Final = _Removed.REMOVED
"""The value of an edit that takes something away, and of what is not there."""


@attrs.frozen
class Edit:
    """One change: what is to be at a pointer into a document of a node; `REMOVED` takes away what is there.

    ``node`` is the path of the group or array, ``document`` the name of the file in it. An empty pointer stands for the
    whole document; an index that is the length of a list appends to it.
    """

    node: str
    document: str
    pointer: Pointer
    value: Any

    @property
    def where(self) -> str:
        """The pointer as text."""
        return to_pointer(self.pointer)


class EditError(ValueError):
    """There is no place in a document for what an edit is to put there."""


def is_sound(edit: object) -> bool:
    """Tell whether something is an edit, of a document of Zarr, to a value of JSON: plugins may make anything."""
    if type(edit) is not Edit:
        return False
    pointer: Any = edit.pointer
    leads = type(pointer) is tuple and all(type(part) in (str, int) for part in pointer)
    named = type(edit.node) is str and type(edit.document) is str and edit.document in DOCUMENTS
    return leads and named and (edit.value is REMOVED or _is_json(edit.value))


def _is_json(value: object) -> bool:
    if type(value) is dict:
        return all(type(key) is str and _is_json(member) for key, member in value.items())
    return all(map(_is_json, value)) if type(value) is list else type(value) in _PLAIN


def parts_of(pointer: str) -> Pointer:
    """Return the parts of a JSON pointer, all as text: what they lead through tells keys from indexes."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def value_at(document: object, pointer: Sequence[Part]) -> Any:
    """Return what is at a pointer; `REMOVED` where nothing is."""
    value = document
    for part in pointer:
        key = _key(value, part)
        if key is None:
            return REMOVED
        value = value[key]  # type: ignore[index]
    return value


def edited(document: Any, edits: Iterable[Edit]) -> Any:
    """Make edits in a document, in their order; what is taken out goes last. Returns the document.

    Changes the one that is handed in: many edits of a large document cost no copies of it. Raises EditError.
    """
    removals = []
    for edit in edits:
        if edit.value is REMOVED:
            removals.append(edit)
        elif not edit.pointer:
            document = edit.value
        else:
            _put(document, edit)
    for edit in sorted(removals, key=lambda edit: [_order(part) for part in edit.pointer], reverse=True):
        if not edit.pointer:
            return REMOVED
        holder = value_at(document, edit.pointer[:-1])
        key = _key(holder, edit.pointer[-1])
        if key is not None:
            del holder[key]
    return document


def _order(part: Part) -> tuple[int, str]:
    index = _index(part)
    return (-1, str(part)) if index is None else (index, "")


def _put(document: Any, edit: Edit) -> None:
    """Put a value into what holds it; objects on the way that are missing are made."""
    holder, (*way, last) = document, edit.pointer
    for part in way:
        key = _key(holder, part)
        if key is None:
            if not isinstance(holder, dict):
                raise _no_place(edit)
            key = str(part)
            holder[key] = {}
        holder = holder[key]
    if isinstance(holder, dict):
        holder[str(last)] = edit.value
    elif isinstance(holder, list) and _index(last) == len(holder):
        holder.append(edit.value)
    elif (key := _key(holder, last)) is not None:
        holder[key] = edit.value
    else:
        raise _no_place(edit)


def _no_place(edit: Edit) -> EditError:
    return EditError(f"there is nothing at {edit.where} in {edit.document} that could be changed")


def _key(value: object, part: Part) -> Any:
    """Return the key or index of a member that is there."""
    if isinstance(value, dict):
        return str(part) if str(part) in value else None
    if isinstance(value, list):
        index = _index(part)
        return index if index is not None and index < len(value) else None
    return None


def _index(part: Part) -> int | None:
    text = str(part)
    sound = text.isdecimal() and text.isascii() and len(text) < 20 and (text == "0" or text[0] != "0")
    return int(text) if sound else None
