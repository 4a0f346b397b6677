"""Fixes of keys that no version knows, and are slips for others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ngff_core.fixes.examples import multiscale
from ngff_core.mending import SAFE, UNSAFE, Edit, FixContext, fix
from ngff_core.rules.common import equal_json
from ngff_core.structure.values import JSON
from ngff_core.words import is_spelling

__all__ = ["KEY_FIXES"]

_MEANT = re.compile(r'did you mean "([^"]+)"\?')


@fix("keys-known", safety=SAFE, examples=[(multiscale(Name="cells"), multiscale())])
def said_twice(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take out a key that is a slip for another one beside it, where both have the same value."""
    holder, key = ctx.above(), str(ctx.pointer[-1])
    for known in holder if isinstance(holder, dict) else ():
        if known != key and is_spelling(key, known) and equal_json(value, holder[known]):
            yield ctx.remove()
            return


@fix("keys-known", safety=UNSAFE, examples=[(multiscale(name=None, Name="cells"), multiscale())])
def meant_key(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Call a key as it was probably meant.

    Not safe: it may be a key of its own.
    """
    holder, meant = ctx.above(), _MEANT.fullmatch(ctx.issue.hint or "")
    if meant is not None and isinstance(holder, dict) and meant[1] not in holder:
        yield ctx.put_beside(value, meant[1])
        yield ctx.remove()


KEY_FIXES = (said_twice, meant_key)
