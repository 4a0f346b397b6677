"""Write described groups as lines of text, not yet safe to print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ngff_core.structure.values import JSONObject
from ngff_core.words import counted

__all__ = ["ABSENT", "own_lines", "plate_line"]

ABSENT = "not there"


def own_lines(node: JSONObject) -> Iterator[str]:
    """Yield what there is to say of a group besides its kind."""
    for image in node.get("images", ()):
        if "problem" in image:
            yield f"not an image: {image['problem']}"
            continue
        axes = [(axis["name"] or "?") + (f" ({axis['unit']})" if axis["unit"] else "") for axis in image["axes"]]
        name = f"{image['name']!r}  " if image["name"] else ""
        yield f"{name}axes {', '.join(axes)}"
        for number, level in enumerate(image["levels"]):
            yield _level_line(level, number)
        yield from _coordinate_lines(image)
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
