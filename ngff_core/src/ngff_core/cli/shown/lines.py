"""Write described groups as lines of text, not yet safe to print."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import attrs

from ngff_core.structure.values import JSONObject
from ngff_core.words import abbreviate, counted

__all__ = ["ABSENT", "Line", "own_lines", "plate_line"]

ABSENT = "not there"
VALUE = 160  # characters that are shown of what says how levels were made
MEMBERS = 8


@attrs.frozen
class Line:
    """What is said of a group; ``place`` is where a level lies, by which fields of a well differ that look the same."""

    text: str
    place: str = attrs.field(default="", eq=False)


def own_lines(node: JSONObject) -> Iterator[Line]:
    """Yield what there is to say of a group besides its kind."""
    for image in node.get("images", ()):
        yield from _image_lines(image)
    yield from map(Line, _further_lines(node))


def _image_lines(image: JSONObject) -> Iterator[Line]:
    if "problem" in image:
        yield Line(f"not an image: {image['problem']}")
        return
    axes = [(axis["name"] or "?") + (f" ({axis['unit']})" if axis["unit"] else "") for axis in image["axes"]]
    name = f"{image['name']!r}  " if image["name"] else ""
    yield Line(f"{name}axes {', '.join(axes)}")
    for number, level in enumerate(image["levels"]):
        yield Line(_level_line(level, number), _place(level))
    yield from map(Line, _kernel_lines(image))
    yield from map(Line, _coordinate_lines(image))


def _place(level: JSONObject) -> str:
    place = level["translation"]
    return f"  translation {', '.join(f'{n:g}' for n in place)}" if place and any(place) and "shape" in level else ""


def _kernel_lines(image: JSONObject) -> Iterator[str]:
    """Write how the smaller levels were made, as far as the metadata says so."""
    said = [f"type {abbreviate(image['type'], VALUE)}"] if "type" in image else []
    metadata = image.get("metadata")
    if isinstance(metadata, dict):
        said += [f"{abbreviate(key)[1:-1]} {abbreviate(of, VALUE)}" for key, of in islice(metadata.items(), MEMBERS)]
    if said:
        yield f"levels  {'  '.join(said)}"


def _further_lines(node: JSONObject) -> Iterator[str]:
    if "channels" in node:
        channels = [f"{c['label'] or '?'}" + (f" ({c['color']})" if c["color"] else "") for c in node["channels"]]
        yield f"channels {', '.join(channels)}"
    for acquisition in node.get("acquisitions", ()):
        id_ = "?" if acquisition["id"] is None else acquisition["id"]
        fields = f"  up to {counted(acquisition['fields'], 'field')}" if acquisition["fields"] else ""
        name = f" {acquisition['name']!r}" if acquisition["name"] else ""
        yield f"acquisition {id_}{name}{fields}"
    yield from _coordinate_lines(node)
    yield from node.get("problems", ())


def _coordinate_lines(shown: JSONObject) -> Iterator[str]:
    """Write coordinate systems and what links them; one system of an image alone says no more than its axes."""
    systems, links = shown.get("systems", ()), shown.get("transformations", ())
    if len(systems) > 1 or links:
        for system in systems:
            yield f"system {_text(system['name'])}  axes {', '.join(map(_text, system['axes']))}"
    for link in links:
        yield f"{_text(link['type'])}  {_end(link['from'])} -> {_end(link['to'])}"


def _end(end: JSONObject) -> str:
    return _text(end["name"]) + (f" of {end['path']}" if end["path"] is not None else "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else "?"


# --- plates and levels ----------------------------------------------------------------------------------


def plate_line(node: JSONObject) -> str:
    """Return what stands behind the kind of a plate: its name and its size; nothing for all that is none."""
    plate = node.get("plate")
    if plate is None:
        return ""
    name = f" {plate['name']!r}" if plate["name"] else ""
    most = max(_field_numbers(node), default=plate["field_count"])
    fields = f", up to {counted(most, 'field')}" if most else ""
    wells, rows, columns = (counted(plate[f"{word}s"], word) for word in ("well", "row", "column"))
    return f"{name}  {wells} of {rows} x {columns}{fields}"


def _field_numbers(node: JSONObject) -> Iterator[int]:
    """Yield the numbers of fields of all wells that were read."""
    for child in node.get("children", {}).values():
        if "fields" in child:
            yield len(child["fields"])
        yield from _field_numbers(child)


def _level_line(level: JSONObject, number: int) -> str:
    if "shape" not in level:
        return f"{level['path']}  {ABSENT}" if level["path"] else f"level {number} names no array"
    shards = f" in shards {_by(level['shards'])}" if level["shards"] else ""
    scale = f"  scale {', '.join(f'{size:g}' for size in level['scale'])}" if level["scale"] else ""
    codecs = f"  {'+'.join(level['codecs'])}" if level["codecs"] else ""
    keys = level["chunk_keys"]
    usual = "." not in keys and keys.startswith("c") == (level["zarr_format"] == 3)
    keys = "" if usual else f" under {keys}"
    chunks = f"  chunks {_by(level['chunks'])}{shards}{keys}" if level["shape"] or keys else ""
    problem = f"  cannot be opened: {level['problem']}" if "problem" in level else ""
    return f"{level['path']}  {_by(level['shape'])}  {level['dtype']}{chunks}{scale}{codecs}{problem}"


def _by(sizes: Any) -> str:
    return " x ".join(map(str, sizes)) or "scalar" if sizes is not None else "?"
