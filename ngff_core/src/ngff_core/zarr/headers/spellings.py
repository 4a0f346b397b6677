"""Names of data types that other programs use, and which of Zarr v3 they mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ngff_core.words import misspelled

__all__ = ["meant_names", "nearest", "question"]

_ALIASES = {
    "half": ("float16",),
    "single": ("float32",),
    "double": ("float64",),
    "float": ("float32", "float64"),
    "complex": ("complex64", "complex128"),
    "byte": ("uint8", "int8"),
    "char": ("uint8", "int8"),
    "ubyte": ("uint8",),
    "short": ("int16",),
    "ushort": ("uint16",),
    "int": ("int32", "int64"),
    "integer": ("int32", "int64"),
    "uint": ("uint32", "uint64"),
    "long": ("int64",),
    "ulong": ("uint64",),
    "longlong": ("int64",),
    "ulonglong": ("uint64",),
    "boolean": ("bool",),
    "str": ("string",),
    "object": ("string",),
    "o": ("string",),
    "?": ("bool",),
}
_CODES = {
    "M": "numpy.datetime64",
    "datetime64": "numpy.datetime64",
    "m": "numpy.timedelta64",
    "timedelta64": "numpy.timedelta64",
    "U": "fixed_length_utf32",
    "S": "null_terminated_bytes",
    "V": "raw_bytes",
}


def meant_names(name: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the names of v3, of those that are ``known``, that a name was perhaps meant to be; none or a few.

    Digits count: ``uint12`` is no slip for ``uint16``.
    """
    code = re.fullmatch(r"[<>|=]?([MmUSV]|datetime64|timedelta64)\d*(\[\w+\])?", name)
    if code is not None:
        return (_CODES[code[1]],)
    lower = re.sub(r"^(?:np|numpy|torch|tf)\.", "", name.strip().lower())
    plain = re.sub(r"[_\s-]", "", lower)
    exact = next((one for one in (lower, plain) if one in known), None)
    if exact is not None:
        return (exact,)
    alias = _ALIASES.get(plain.lstrip("<>|=") or plain)
    if alias is not None:
        return alias
    return nearest(plain, known)


def nearest(name: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the name that differs in a letter or two from one that is not known, in no digit; or none."""
    near = misspelled(name, _alike(name, known))
    return (near,) if near is not None else ()


def question(names: Iterable[str]) -> str | None:
    """Return a hint that asks for one of some names; ``None`` where there are none."""
    asked = " or ".join(f'"{name}"' for name in names)
    return f"did you mean {asked}?" if asked else None


def _alike(name: str, known: Iterable[str]) -> list[str]:
    digits = re.sub(r"\D", "", name)
    return sorted(one for one in known if re.sub(r"\D", "", one) == digits)
