"""Versions of the specification: their order, as numbers, 0.10 after 0.9; and what people write for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["PUBLISHED", "near_version", "order_of", "plain_version"]

PUBLISHED = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")

# digits are limited: what documents state as a version is compared, too, and may be anything
_VERSION = r"(\d{1,9}(?:\.\d{1,9})*)(?:[.\-_]?(dev|a|alpha|b|beta|c|rc)[.\-_]?(\d{0,9}))?"
_STAGES = {"dev": -4, "a": -3, "alpha": -3, "b": -2, "beta": -2, "c": -1, "rc": -1}


def order_of(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by: 0.10 after 0.9, and 0.6.dev2 and 0.6rc1 before 0.6, which is before 0.6.1.

    Empty, and so before all others, for a text that is no version.
    """
    parts = version.split(".")
    if all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        return (*map(int, parts), 0)  # nearly always; compiling the expression would delay every start
    found = re.fullmatch(_VERSION, version, re.ASCII)
    if found is None:
        return ()
    numbers, stage, number = found.groups()
    return (*map(int, numbers.split(".")), *((_STAGES[stage], int(number or 0)) if stage else (0,)))


def plain_version(text: str) -> str:
    """Return a version as the specification writes it: ``v0.5`` and ``05`` are 0.5; what is no version stays.

    A candidate of a published version, such as ``0.6rc0``, is judged as that.
    """
    found = re.fullmatch(r"[vV]?(0)\.?([1-9].*)", text.strip(), re.ASCII)
    if found is None:
        return text
    plain = f"{found[1]}.{found[2]}"
    base = re.sub(r"[.\-_]?rc[.\-_]?\d*$", "", plain, flags=re.ASCII)
    return base if base in PUBLISHED else plain


def near_version(version: str, known: Iterable[str]) -> str | None:
    """Return the known version that another text is near to: 0.5 for ``0.5.2``, ``0.5dev1`` and ``5``; perhaps none."""
    plain = plain_version(version)
    return next((one for one in known if f"0.{plain}" == one or re.match(rf"{re.escape(one)}(?!\d)", plain)), None)
