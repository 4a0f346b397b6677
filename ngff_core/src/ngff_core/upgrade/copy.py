"""Carry out a plan in another store: everything is copied as it is, but the documents that the plan changes.

Chunks and other files come first, then the new documents, children before their parents. What is there is evaluated
before the documents of the root are written, so that nothing readable stands there until all of it is. A marker at
the root tells an unfinished copy from other things, so that the same call goes on with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import attrs

from ngff_core.errors import StoreError, UsageError
from ngff_core.json_text import dumps
from ngff_core.plugins.registry import Registry
from ngff_core.report.report import ValidationError
from ngff_core.stores import Store, UndecidedError
from ngff_core.stores.answers import values_of
from ngff_core.stores.capabilities import canonical_url_of, url_of
from ngff_core.stores.content import all_keys
from ngff_core.stores.writing import Write, Writer, writer_of
from ngff_core.upgrade.copied.keys import Renamer, keys_by_metadata, refuse_too_many
from ngff_core.upgrade.copied.objects import Wanted, batches, copy_all, named, refuse_others
from ngff_core.upgrade.held.nodes import arrays_of
from ngff_core.upgrade.held.packed import Changed
from ngff_core.upgrade.in_place import keep_modes
from ngff_core.upgrade.journal import JOURNAL, refuse_upgraded
from ngff_core.upgrade.others import refuse_links
from ngff_core.upgrade.overlay import Overlay
from ngff_core.upgrade.plan import Plan
from ngff_core.upgrade.proof.pixels import Compare, comparer
from ngff_core.validation.calls import check_store
from ngff_core.validation.opening import store_of
from ngff_core.words import counted
from ngff_core.zarr.keys import ARRAY_KEY, ATTRIBUTES_KEY, CONSOLIDATED_KEY, LOCK, PART, in_left_over, is_journal, join
from ngff_core.zarr.text import json_object

__all__ = ["MARKER", "copy_to", "open_out"]

MARKER = ".ngff-upgrade.copy.json"
ROOT = (CONSOLIDATED_KEY[2], ATTRIBUTES_KEY[2], ".zgroup", "zarr.json")  # the last one makes a store of it

_UNSEEN = (
    "other files than the documents of these groups and arrays, OME/METADATA.ome.xml and the chunks that their shapes"
    " allow for were not seen, and not copied"
)
_TAKEN_FOR_ABSENT = "{} could not be told from {} (access refused, or a web page came), and {} taken for absent"
_OPEN_ENDED = "the server did not say how long {} would be, so that nothing tells whether all of it came; see --verify"


@attrs.frozen
class Order:
    """What a copy is made of: new documents by key, keys that are left out, documents of the root that stay."""

    documents: Changed
    left_out: frozenset[str]
    root: Sequence[str]


def open_out(out: object, registry: Registry, options: Mapping[str, object] | None) -> Store:
    """Open the store to write to; raises UsageError for archives."""
    if url_of(out).lower().endswith((".zip", ".ozx")):
        raise UsageError("a zip archive cannot be written; give a directory or an address, and pack that afterwards")
    return store_of(out, registry, options)


def copy_to(
    plan: Plan,
    out: Store,
    *,
    registry: Registry | None = None,
    verify: str | None = None,
    break_lock: bool = False,
) -> None:
    """Write what a store would hold after a plan to a store that is empty, or holds the beginning of the same copy.

    Where the source cannot list, the documents of the hierarchy and the chunks that its arrays may have are copied.
    Raises UsageError where OUT cannot be written to, ValidationError when the result is not valid (its root holds no
    documents then), DifferentPixelsError alike, where pixels are to be verified, ConflictError and StoreError.
    """
    _refuse_overlap(plan.store, out)
    if _get(plan.store, JOURNAL) is not None:
        hint = "finish it without another place (--out), or take it back with --rollback"
        raise StoreError(f"an upgrade of {plan.url} was interrupted", hint=hint)
    try:
        writer = writer_of(out)
    except StoreError as error:
        raise StoreError(str(error)) from None  # whose hint is to give another path
    keep_modes(plan, writer)
    refuse_links(plan.store)
    compare = comparer(plan.store, plan.documents, verify, plan.remark)
    with writer.lock(f"a copy in {plan.target}", break_lock=break_lock):
        _copy(plan, writer, registry, compare)


def _copy(plan: Plan, writer: Writer, registry: Registry | None, compare: Compare) -> None:
    found = all_keys(plan.store)
    if found is None:
        refuse_too_many(plan.documents[0])
        plan.remark(_UNSEEN)
    unfinished = _begin(plan, writer)
    order = _order(plan)
    if unfinished:
        refuse_others(plan.store, _copied(writer, order), Renamer(plan.renames).back, writer.url)
    uncertain = copy_all(plan.store, writer, _wanted(plan, order, found), unfinished)
    if uncertain.absent:
        plan.remark(_TAKEN_FOR_ABSENT.format(*_forms(uncertain.absent)))
    if uncertain.open_ended:
        plan.remark(_OPEN_ENDED.format(counted(uncertain.open_ended, "object")))
    inner = [key for key in order.documents if "/" in key]
    for keys in batches(inner, 4 * writer.batch):
        _put(writer, keys, order.documents, unfinished)
    root = {key: value for key in ROOT if (value := _root_document(plan, order, key)) is not None}
    refuse_upgraded(plan.store, plan.steps_before)  # since the plan was made: what was copied is of two versions then
    report = check_store(Overlay(writer, root), version=plan.target, registry=registry)
    if not report.valid:
        raise ValidationError(attrs.evolve(report, url=writer.url))
    compare(writer)
    writer.sync()
    for key in root:
        _put(writer, [key], root, unfinished)
    writer.sync()
    if unfinished:
        _take_parts(writer)
    writer.delete_many([MARKER])


def _take_parts(writer: Writer) -> None:
    """Take away what was being written when a copy was interrupted."""
    for keys in batches((key for key in all_keys(writer) or () if key.endswith(PART)), 256):
        writer.delete_many(keys)


# --- the store to write to --------------------------------------------------------------------------


def _refuse_overlap(source: Store, out: Store) -> None:
    one, other = _folder_of(source), _folder_of(out)
    if one.startswith(other) or other.startswith(one):
        raise UsageError(f"{out.url} and {source.url} lie in each other; give another place to write to")


def _folder_of(store: Store) -> str:
    return canonical_url_of(store).rstrip("/\\") + "/"


def _begin(plan: Plan, writer: Writer) -> bool:
    """Put the marker of the copy there; tell whether it was there already. Raises UsageError for any other store."""
    writer.tidy([MARKER])
    about = {"schema": 1, "from": plan.source, "to": plan.target, "copy_of": plan.url, "plan": _digest(plan)}
    found = _get(writer, MARKER)
    if found is not None:
        other = json_object(found) or {}
        if other != about:
            raise UsageError(
                f"{writer.url} holds the beginning of another copy, of {other.get('copy_of')}, or of the same"
                " store before it changed, or with other options; delete it first"
            )
        return True
    if _holds_something(writer):
        raise UsageError(f"{writer.url} is not empty; give a place that does not exist yet")
    writer.put_many([Write(MARKER, None, dumps(about))])
    return False


def _holds_something(writer: Writer) -> bool:
    keys = all_keys(writer)
    if keys is None:
        return any(values_of(writer, ROOT))
    try:
        return any(not key.endswith(PART) and key != LOCK for key in keys)
    except StoreError:  # such as a symbolic link that leads nowhere
        return True


def _get(store: Store, key: str) -> bytes | None:
    """Return what is under a key that may be absent; what is refused is taken for absent, as in a crawl."""
    (value,) = values_of(store, [key])
    if isinstance(value, StoreError) and not isinstance(value, UndecidedError):
        raise value
    return value if isinstance(value, bytes) else None


def _digest(plan: Plan) -> str:
    """Return what tells this plan from others of the same store."""
    found = hashlib.sha256()
    superseded = ((key, plan.read.packed.get(plan.read.number(key)), None) for key in plan.superseded)
    for key, *documents in chain(((write.key, write.old, write.new) for write in plan.writes), superseded):
        for part in (key.encode(errors="surrogatepass"), *documents):
            found.update(b"-" if part is None else b"%d:%s" % (len(part), part))
    found.update(repr([(r.path, r.ndim, r.old, r.new) for r in plan.renames]).encode(errors="surrogatepass"))
    return found.hexdigest()


# --- what is copied ---------------------------------------------------------------------------------


def _order(plan: Plan) -> Order:
    documents = Changed(plan.writes.puts)
    left_out = {*plan.writes.keys, *plan.superseded}
    root = [key for key in ROOT if key not in left_out]
    return Order(documents, frozenset([*left_out, *ROOT, MARKER]), root)


def _wanted(plan: Plan, order: Order, keys: Iterator[str] | None) -> Iterator[Wanted]:
    """Yield what is copied; raises StoreError, also where a listing lacks what was read before."""
    renamed = Renamer(plan.renames)
    if keys is None:
        for it in keys_by_metadata(plan.documents[0]):
            if it.key not in order.left_out:
                yield Wanted(it.key, renamed(it.key), there=False, is_chunk=it.is_chunk, size=it.size)
        return
    before = plan.documents[0]
    arrays = {join(path, ARRAY_KEY[before[path].zarr_format]) for path in arrays_of(before)}
    for key in keys:
        arrays.discard(key)
        if key not in order.left_out and not in_left_over(key) and key != LOCK and not is_journal(key):
            yield Wanted(key, renamed(key))
    if arrays:
        raise StoreError(f"the listing of {plan.url} lacks what is there: {min(arrays)}", hint="try again later")


def _copied(writer: Writer, order: Order) -> Iterator[str]:
    """Yield what an unfinished copy holds of the source."""
    for key in all_keys(writer) or ():
        if key not in order.documents and key not in order.left_out and not in_left_over(key) and key != LOCK:
            yield key


def _root_document(plan: Plan, order: Order, key: str) -> bytes | None:
    return _get(plan.store, key) if key in order.root else order.documents.get(key)


# --- copying ----------------------------------------------------------------------------------------


def _forms(number: int) -> tuple[str, str, str]:
    return ("1 chunk", "an absent one", "was") if number == 1 else (f"{number} chunks", "absent ones", "were")


def _put(writer: Writer, keys: Sequence[str], documents: Mapping[str, bytes | None], unfinished: bool) -> None:
    found = values_of(writer, keys) if unfinished else [None] * len(keys)
    writes = []
    for key, old in zip(keys, found, strict=True):
        if isinstance(old, StoreError):
            raise named(key, old)
        if old != documents[key]:
            writes.append(Write(key, old, documents[key]))
    writer.put_many(writes)
