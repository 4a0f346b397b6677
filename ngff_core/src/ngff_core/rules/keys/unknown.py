"""Rules on the unknown keys of documents: probable slips, keys of drafts, and metadata in the wrong object."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import MAY, SHOULD
from ngff_core.models.image import ImageMetadata, MultiscaleMetadata
from ngff_core.rules.image.axis_types import example
from ngff_core.spec.kinds import LATER_KEYS
from ngff_core.structure.member import Member, members_of
from ngff_core.structure.model import Model
from ngff_core.version_order import order_of
from ngff_core.words import COMPARED, is_spelling, misspelled

__all__ = ["entry_keys_belong", "keys_known"]

MOST = 64  # entries of a list that are looked at: wells and colors may be thousands
_DRAFTS = ("arrayCoordinateSystem", "arrayCoordinateSystems")
_ELSEWHERE = ("ome", "multiscales", "plate", "well", "labels", "image-label", "series", "bioformats2raw.layout")
_ENTRY = example("y", "x")


@rule(
    "keys-known",
    on=ImageMetadata,
    requirement=MAY,
    section="metadata",
    valid=[{"multiscales": [_ENTRY]}, {"multiscales": [{**_ENTRY, "_creator": "a program"}]}],
    invalid=[
        {"multiscales": [{**_ENTRY, "coordinateTransformation": []}]},
        {"multiscales": [{**_ENTRY, "Name": "a", "name": None}]},
        {"multiscales": [{**_ENTRY, "Axes": []}]},
    ],
)
def keys_known(document: Model, ctx: Context) -> Iterator[Issue]:
    """No unknown key is a likely slip for one that is known.

    Any further keys are allowed, so this is information only: a key that differs in a letter or two, in case or by a
    plural from a known one that is not there, or in case or by a plural from one that is. A slip that leaves a required
    key out is named by structure-missing. Keys of later versions are called that.

    To mend: write the key as the specification has it, or call it something else.
    """
    compared = 0
    harmless = set()  # keys that are no slips: objects in a list have the same, such as the properties of labels
    for place, found in _with_unknown(document):
        absent = [m for m in members_of(type(found)) if getattr(found, m.attribute, None) is None]
        like = (found.__class__, *[m.json_name for m in absent])
        for key in found._extra or ():
            if key in _DRAFTS:
                yield ctx.at(*place, key).issue(f"key {key!r} is one of drafts that no release has", shown=key)
                continue
            if key == "units":
                continue  # reported by axes-unit-present
            if key in LATER_KEYS and (place or ctx.spec.namespace is not None):
                if order_of(LATER_KEYS[key]) > ctx.spec.order:
                    yield from _of_later(place, key, absent, ctx)
                continue
            if key == "axes" and getattr(found, "coordinateSystems", None) is not None:
                message = "key 'axes' is one of versions before 0.6, and stands beside 'coordinateSystems'"
                yield ctx.at(*place, key).issue(message, shown=key, hint="leave it out: readers take the other")
                continue
            compared += 1
            if compared <= COMPARED and (key, like) not in harmless:
                slips = list(_slip(place, key, found, absent, ctx))
                yield from slips
                if not slips:
                    harmless.add((key, like))


def _slip(place: Pointer, key: str, found: Model, absent: list[Member], ctx: Context) -> Iterator[Issue]:
    """Say which key an unknown one is a slip for; not where that is required, and so named as missing."""
    near = misspelled(key, [m.json_name for m in absent])
    if near is not None:
        if not any(m.required for m in absent if m.json_name == near):
            yield ctx.at(*place, key).issue(f"key {key!r} is unknown", shown=key, hint=f'did you mean "{near}"?')
        return
    known = next((m.json_name for m in members_of(type(found)) if is_spelling(key, m.json_name)), None)
    if known is not None:
        message = f"key {key!r} is unknown, and stands beside {known!r}, which readers take"
        yield ctx.at(*place, key).issue(message, shown=key, hint="leave one of the two out")


def _of_later(place: Pointer, key: str, absent: list[Member], ctx: Context) -> Iterator[Issue]:
    """Say which version a key is of, unless it stands there instead of a key that is required."""
    version = LATER_KEYS[key]
    if not any(m.required for m in absent if m.json_name == "axes"):
        hint = f'is "version": "{version}" meant?'
        yield ctx.at(*place, key).issue(f"key {key!r} is one of {version}", shown=key, hint=hint)


def _with_unknown(document: Model) -> list[tuple[Pointer, Model]]:
    """Return the objects in a document that have unknown keys, with their places."""
    if _all_known_below(document):
        return [((), document)] if document._extra else []
    odd: list[tuple[Pointer, Model]] = []
    waiting: list[tuple[Pointer, Model]] = [((), document)]
    while waiting:
        place, found = waiting.pop()
        if found._extra:
            odd.append((place, found))
        below: list[tuple[Pointer, Model]] = []
        for attribute, name in _HOLDING[found.__class__][0]:
            value = getattr(found, attribute)
            if value.__class__ is list:
                items = enumerate(value[:MOST])
                below += [((*place, name, index), item) for index, item in items if isinstance(item, Model)]
            elif isinstance(value, Model):
                below.append(((*place, name), value))
        waiting += reversed(below)
    return odd


def _all_known_below(document: Model) -> bool:
    """Tell quickly whether no object in a document has unknown keys, apart from the document itself."""
    holders: list[Any] = [document]
    leaves: list[Any] = []
    for found in holders:  # which grows
        _, inner, outer = _HOLDING[found.__class__]
        for attribute in inner:
            value = getattr(found, attribute)
            if value.__class__ is list:
                holders += value[:MOST]
            elif value is not None:
                holders.append(value)
        for attribute in outer:
            value = getattr(found, attribute)
            if value.__class__ is list:
                leaves += value[:MOST]
            elif value is not None:
                leaves.append(value)
    try:
        unknown = any(map(_extra, leaves)) or any(map(_extra, holders[1:]))
    except AttributeError:  # something that is no object
        return False
    return not unknown and not any(_HOLDING[cls][0] for cls in {*map(type, leaves)})  # of a class that holds more


class _Holding(dict[type, "tuple[list[tuple[str, str]], list[str], list[str]]"]):
    """The members of classes that hold objects: attribute and JSON name.

    Beside all of them stand the attributes of those whose objects hold further ones, and those of the others.
    """

    def __missing__(self, cls: type) -> tuple[list[tuple[str, str]], list[str], list[str]]:
        found = [m for m in members_of(cls) if m.models] if issubclass(cls, Model) else []
        members = [(m.attribute, m.json_name) for m in found]
        inner = [m.attribute for m in found if any(map(_holds_objects, m.models))]
        self[cls] = made = members, inner, [attribute for attribute, _ in members if attribute not in inner]
        return made


def _holds_objects(cls: type) -> bool:
    return any(m.models for m in members_of(cls))


_HOLDING = _Holding()
_extra = attrgetter("_extra")


@rule(
    "multiscale-keys-belong",
    on=MultiscaleMetadata,
    requirement=SHOULD,
    valid=[_ENTRY, {**_ENTRY, "_creator": "a program"}],
    invalid=[{**_ENTRY, "ome": {}}, {**_ENTRY, "multiscales": [_ENTRY]}],
)
def entry_keys_belong(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """No metadata of a group stands inside an entry of `multiscales`.

    No reader looks for it there.

    To mend: move it up, beside `multiscales`, or into the group that it describes.
    """
    if not multiscale._extra:
        return None
    found = [key for key in _ELSEWHERE if key in multiscale._extra]
    message = "{!r} stands inside an entry of multiscales, where nobody looks for it"
    return [ctx.at(key).issue(message.format(key), shown=key, expected="beside multiscales") for key in found]
