"""Fixes that misbehave, each in one way; none of them writes anything that is not an edit of a document."""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from bad_plugins import Bad, Own, Untold, leaves
from fakes import make_plugin

from ngff_core.mending import REMOVED, SAFE, Edit, FixContext, fix

__all__ = ["BAD_FIXES", "IDLE_FIXES"]

BAD_FIXES: list[Bad] = []
"""Those that fail: the plugin is named, and nothing is written."""

IDLE_FIXES: list[Bad] = []
"""Those whose edits come to nothing: nothing is written."""

SAID = '{"status": "valid"}'


class Word(str):
    """A text of a class of its own."""


class Size(enum.IntEnum):
    SMALL = 3


def bad_fix(says: str) -> Callable[[Callable[[Any, FixContext], Any]], Any]:
    """Make a plugin of the function of a fix for items that are too big."""

    def add(mend: Callable[[Any, FixContext], Any]) -> Any:
        mend.__doc__ = "Misbehaves."
        made = fix("no-big-items", safety=SAFE)(mend)
        kit = BAD_FIXES if says else IDLE_FIXES
        name = mend.__name__.replace("_", "-")
        kit.append(Bad(name, lambda: make_plugin(ngff_fixes=lambda version: [made]), says))
        return mend

    return add


def edit(ctx: FixContext, **changes: Any) -> Edit:
    made = {"node": ctx.node, "document": ctx.document, "pointer": ctx.pointer, "value": 3, **changes}
    return Edit(**made)


@bad_fix("RuntimeError: oops")
def raises(value: Any, ctx: FixContext) -> Any:
    raise RuntimeError("oops")


@bad_fix("RuntimeError: oops")
def raises_late(value: Any, ctx: FixContext) -> Iterator[Edit]:
    yield ctx.put(3)
    raise RuntimeError("oops")


@bad_fix("Own: ")
def raises_no_exception(value: Any, ctx: FixContext) -> Any:
    raise Own


@bad_fix("Untold: it does not say why")
def cannot_be_told(value: Any, ctx: FixContext) -> Any:
    raise Untold


@bad_fix("SystemExit: 0")
def leaves_the_program(value: Any, ctx: FixContext) -> Any:
    leaves()


@bad_fix("TypeError")
def returns_a_number(value: Any, ctx: FixContext) -> Any:
    return 3


@bad_fix("it yielded 'size', expected edits")
def yields_text(value: Any, ctx: FixContext) -> Any:
    return ["size"]


@bad_fix("it yielded None, expected edits")
def yields_nothing_at_all(value: Any, ctx: FixContext) -> Any:
    return [None]


@bad_fix("it yielded more than 100,000 edits")
def never_ends(value: Any, ctx: FixContext) -> Iterator[Edit]:
    for number in count():
        yield ctx.put_ome(number, "more", str(number))


@bad_fix("expected edits of documents of Zarr")
def names_another_file(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, document="c/0/0", pointer=(), value={})]


@bad_fix("expected edits of documents of Zarr")
def names_a_file_outside(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, document="../../zarr.json", pointer=(), value={})]


@bad_fix("expected edits of documents of Zarr")
def names_a_node_by_number(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, node=7)]


@bad_fix("expected edits of documents of Zarr")
def names_a_node_by_a_text_of_its_own(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, node=Word("a"))]


@bad_fix("expected edits of documents of Zarr")
def points_with_text(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, pointer="/attributes")]


@bad_fix("expected edits of documents of Zarr")
def points_with_a_boolean(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, pointer=(*ctx.pointer[:-2], False, "size"))]


@bad_fix("expected edits of documents of Zarr")
def writes_no_json(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, value={3})]


@bad_fix("expected edits of documents of Zarr")
def writes_bytes(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, pointer=(), value=b"{}")]


@bad_fix("expected edits of documents of Zarr")
def writes_a_number_of_its_own(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, value=[Size.SMALL])]


@bad_fix("expected edits of documents of Zarr")
def writes_keys_that_are_none(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, value={3: 3})]


@bad_fix("RecursionError")
def writes_what_is_in_itself(value: Any, ctx: FixContext) -> Any:
    endless: list[Any] = []
    endless.append(endless)
    return [edit(ctx, value=endless)]


@bad_fix("")
def leaves_the_store(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, node="../outside", pointer=(), value={"a": 1})]


@bad_fix("")
def leaves_the_store_by_the_root(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, node="/tmp", pointer=(), value={"a": 1})]


@bad_fix("")
def writes_nan(value: Any, ctx: FixContext) -> Any:
    return [ctx.put(3), ctx.put_ome(float("nan"), "note")]


@bad_fix("")
def writes_infinity(value: Any, ctx: FixContext) -> Any:
    return [ctx.put(float("-inf"))]


@bad_fix("")
def writes_a_list_for_a_document(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, pointer=(), value=[])]


@bad_fix("")
def points_nowhere(value: Any, ctx: FixContext) -> Any:
    return [ctx.put(3, "no", "where")]


@bad_fix("")
def changes_nothing(value: Any, ctx: FixContext) -> Any:
    return [ctx.put(value)]


@bad_fix("")
def makes_it_worse(value: Any, ctx: FixContext) -> Any:
    return [ctx.put(value + 1)]


@bad_fix("")
def takes_the_store_away(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, pointer=(), value=REMOVED)]


@bad_fix("")
def empties_the_document(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, pointer=(), value={"zarr_format": 3, "node_type": "group"})]


@bad_fix("")
def takes_the_metadata_away(value: Any, ctx: FixContext) -> Any:
    return [edit(ctx, pointer=ctx.pointer[:2], value=REMOVED)]


@bad_fix("")
def looks_outside(value: Any, ctx: FixContext) -> Any:
    for path in ("..", "../..", "/", "a/../..", "\0"):
        found = ctx.reading.document(path, "zarr.json"), ctx.reading.text(path, "zarr.json"), ctx.reading.names(path)
        assert found == (REMOVED, None, None), found
        assert ctx.reading.array(path) is None


@bad_fix("")
def prints(value: Any, ctx: FixContext) -> Any:
    print(SAID)
    sys.__stdout__.write("") if sys.__stdout__ else None
