"""Documents and stores that grow in one dimension: what `growth.py` measures, and the tests of it count."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["DOCUMENTS", "NESTED", "TEXTS", "document_of", "system", "with_systems"]

KEY = "coordinateTransformations"
Made = dict[str, Any]
YX = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]


# --- documents of images ------------------------------------------------------------------------------


def level(path: str, size: int = 2) -> Made:
    return {"path": path, KEY: [{"type": "scale", "scale": [1.0] * size}]}


def image(**changes: Any) -> Made:
    return {"multiscales": [{"name": "image", "axes": YX, "datasets": [level("0")], **changes}]}


def omero(*channels: Made) -> Made:
    return {**image(), "omero": {"channels": list(channels)}}


def label(**members: Any) -> Made:
    return {**image(), "image-label": {"source": {"image": "../../"}, **members}}


def color(number: int) -> Made:
    return {"label-value": number, "rgba": [0, 0, 0, 255]}


CHANNEL = {"color": "FF0000", "window": {"min": 0, "max": 9, "start": 0, "end": 9}}

IMAGES: dict[str, Callable[[int], Made]] = {
    "multiscales": lambda n: {"multiscales": [image(name=f"i{k}")["multiscales"][0] for k in range(n)]},
    "datasets": lambda n: image(datasets=[level(str(k)) for k in range(n)]),
    "datasets of one path": lambda n: image(datasets=[level("0")] * n),
    "transformations of a dataset": lambda n: image(
        datasets=[{"path": "0", KEY: [{"type": "scale", "scale": [1, 1]}] * n}]
    ),
    "numbers of a scale": lambda n: image(datasets=[level("0", n)]),
    "axes": lambda n: image(axes=[{"name": f"a{k}", "type": "space"} for k in range(n)]),
    "axes of one name": lambda n: image(axes=[{"name": "x", "type": "channel"}] * n),
    "axes without a type": lambda n: image(axes=[{"name": f"a{k}"} for k in range(n)]),
    "axes that are numbers": lambda n: image(axes=[k if k else "x" for k in range(n)]),
    "channels": lambda n: omero(*[{**CHANNEL, "label": str(k)} for k in range(n)]),
    "channels that are wrong": lambda n: omero(*[{"color": "#FF0000"}] * n),
    "colors": lambda n: label(colors=[color(k + 1) for k in range(n)]),
    "colors of one value": lambda n: label(colors=[color(1)] * n),
    "properties": lambda n: label(properties=[{"label-value": k + 1, "area": k} for k in range(n)]),
    "properties of one value": lambda n: label(properties=[{"label-value": 1}] * n),
    "unknown keys": lambda n: image(**{f"dataset{k}": k for k in range(n)}),
    "unknown keys of a group": lambda n: {**image(), **{f"key{k}": k for k in range(n)}},
    "length of a name": lambda n: image(name="n" * n, axes=[{"name": "x" * n}, {"name": "x" * n}]),
    "length of a path": lambda n: image(datasets=[level("a" * n)]),
    "parts of a path": lambda n: image(datasets=[level("a/" * n + "0")]),
    "faults": lambda n: image(datasets=[{"path": k} for k in range(n)]),
    "labels": lambda n: {"labels": [f"l{k}" for k in range(n)]},
    "labels of one name": lambda n: {"labels": ["a"] * n},
    "parts of the path of a label": lambda n: {"labels": ["a/" * n + "0"]},
    "series": lambda n: {"series": [str(k) for k in range(n)]},
}


# --- documents of plates ------------------------------------------------------------------------------


def plate(rows: int = 1, columns: int = 1, wells: list[Any] | None = None, **members: Any) -> Made:
    well = {"path": "r0/c0", "rowIndex": 0, "columnIndex": 0}
    return {
        "plate": {
            "name": "plate",
            "field_count": 1,
            "rows": [{"name": f"r{k}"} for k in range(rows)],
            "columns": [{"name": f"c{k}"} for k in range(columns)],
            "wells": [well] if wells is None else wells,
            **members,
        }
    }


def well(row: int, column: int, path: str | None = None) -> Made:
    return {"path": path or f"r{row}/c{column}", "rowIndex": row, "columnIndex": column}


def named(names: list[str]) -> Made:
    made = plate()
    made["plate"]["rows"] = [{"name": name} for name in names]
    return made


def runs(n: int) -> list[Made]:
    return [{"id": k, "name": str(k), "maximumfieldcount": 1} for k in range(n)]


PLATES: dict[str, Callable[[int], Made]] = {
    "rows and columns": lambda n: plate(n, n),
    "rows, columns and wells": lambda n: plate(n, n, [well(k, k) for k in range(n)]),
    "rows of one name": lambda n: named(["A"] * n),
    "names that differ in case": lambda n: named([f"{k // 2}{'Aa'[k % 2]}" for k in range(n)]),
    "wells": lambda n: plate(1, n, [well(0, k) for k in range(n)]),
    "wells of one path": lambda n: plate(wells=[well(0, 0)] * n),
    "wells that are wrong": lambda n: plate(wells=[well(-1, 9, f"x{k}") for k in range(n)]),
    "wells that are none": lambda n: plate(wells=[{"path": k} for k in range(n)]),
    "acquisitions": lambda n: plate(acquisitions=runs(n)),
    "fields of a well": lambda n: {"well": {"images": [{"path": str(k), "acquisition": 0} for k in range(n)]}},
}


# --- documents of 0.6 ---------------------------------------------------------------------------------


def system(name: str) -> Made:
    return {"name": name, "axes": YX}


def link(start: Made, end: Made, **members: Any) -> Made:
    return {"type": "identity", **members, "input": start, "output": end}


def chain(n: int, ends: Callable[[int], tuple[int, int]]) -> list[Made]:
    return [link({"name": f"s{a}"}, {"name": f"s{b}"}) for a, b in map(ends, range(n))]


def graph(systems: int, links: list[Made], levels: int = 1, output: str = "s0") -> Made:
    scale = {"type": "scale", "scale": [1.0, 1.0], "output": {"name": output}}
    datasets = [{"path": str(k), KEY: [{**scale, "input": {"path": str(k)}}]} for k in range(levels)]
    entry = {"name": "image", "coordinateSystems": [system(f"s{k}") for k in range(systems)], "datasets": datasets}
    return {"multiscales": [{**entry, KEY: links} if links else entry]}


def with_systems(systems: list[Made]) -> Made:
    return {"multiscales": [{**graph(1, [])["multiscales"][0], "coordinateSystems": systems}]}


def linked(transformation: Made) -> Made:
    return graph(2, [{**transformation, "input": {"name": "s0"}, "output": {"name": "s1"}}])


def scene(systems: int, links: list[Made]) -> Made:
    return {"scene": {"coordinateSystems": [system(f"s{k}") for k in range(systems)], KEY: links}}


def images_of(n: int) -> list[Made]:
    return [link({"path": f"i{k}", "name": "s0"}, {"name": "s0"}) for k in range(n)]


def part(inputs: list[int], outputs: list[int]) -> Made:
    return {"transformation": {"type": "scale", "scale": [2] * len(inputs)}, "inputAxes": inputs, "outputAxes": outputs}


def by_dimension(*parts: Made) -> Made:
    return {"type": "byDimension", "transformations": list(parts)}


def steps_in(n: int, inner: Made) -> Made:
    for _ in range(n):
        inner = {"type": "sequence", "transformations": [inner]}
    return inner


def both_ways(n: int) -> Made:
    inner: Made = {"type": "scale", "scale": [1, 1]}
    for _ in range(n):
        inner = {"type": "bijection", "forward": inner, "inverse": {"type": "scale", "scale": [1, 1]}}
    return inner


def parts_in(n: int) -> Made:
    inner: Made = {"type": "scale", "scale": [1, 1]}
    for _ in range(n):
        inner = by_dimension({"transformation": inner, "inputAxes": [0, 1], "outputAxes": [0, 1]})
    return inner


SCALE = {"type": "scale", "scale": [1, 1]}

SYSTEMS: dict[str, Callable[[int], Made]] = {
    "datasets of 0.6": lambda n: graph(1, [], n),
    "systems that nothing links": lambda n: graph(n, []),
    "systems in a chain": lambda n: graph(n + 1, chain(n, lambda k: (k, k + 1))),
    "systems in a chain, backwards": lambda n: graph(n + 1, chain(n, lambda k: (n - k, n - k - 1))),
    "systems in pairs": lambda n: graph(2 * n, chain(n, lambda k: (2 * k, 2 * k + 1))),
    "systems in a cycle": lambda n: graph(n, chain(n, lambda k: (k, (k + 1) % n))),
    "systems around one": lambda n: graph(n + 1, chain(n, lambda k: (0, k + 1))),
    "systems of one name": lambda n: with_systems([system("s0")] * n),
    "datasets and systems": lambda n: graph(n, [], n, "nowhere"),
    "links to nowhere": lambda n: graph(n, chain(n, lambda k: (k, k + 10**9))),
    "links between two": lambda n: graph(2, chain(n, lambda k: (0, 1))),
    "steps of a sequence": lambda n: linked({"type": "sequence", "transformations": [SCALE] * n}),
    "identities of a sequence": lambda n: linked({"type": "sequence", "transformations": [{"type": "identity"}] * n}),
    "parts of a byDimension": lambda n: linked(by_dimension(*[part([k], [k]) for k in range(n)])),
    "axes of a part": lambda n: linked(by_dimension(part(list(range(n)), list(range(n))))),
    "an axis set many times": lambda n: linked(by_dimension(*[part([0], [0]) for _ in range(n)])),
    "axes of a mapAxis": lambda n: linked({"type": "mapAxis", "mapAxis": list(range(n))}),
    "axes of a projectAxis": lambda n: linked({"type": "projectAxis", "droppedInputs": list(range(n))}),
    "rows of an affine": lambda n: linked({"type": "affine", "affine": [[1, 0, 0]] * n}),
    "columns of an affine": lambda n: linked({"type": "affine", "affine": [[1] * n] * 2}),
    "rows of a rotation": lambda n: linked({"type": "rotation", "rotation": [[1, 0]] * n}),
    "nested sequences": lambda n: linked(steps_in(n, SCALE)),
    "nested identities": lambda n: linked(steps_in(n, {"type": "identity"})),
    "nested bijections": lambda n: linked(both_ways(n)),
    "nested byDimension": lambda n: linked(parts_in(n)),
    "images of a scene": lambda n: scene(1, images_of(n)),
    "systems of a scene": lambda n: scene(n, images_of(1)),
    "images in a chain": lambda n: scene(
        0, [link({"path": f"i{k}", "name": "a"}, {"path": f"i{k + 1}", "name": "a"}) for k in range(n)]
    ),
    "images in pairs": lambda n: scene(
        0, [link({"path": f"i{2 * k}", "name": "a"}, {"path": f"i{2 * k + 1}", "name": "a"}) for k in range(n)]
    ),
    "systems of a scene in a chain": lambda n: scene(n + 1, chain(n, lambda k: (k, k + 1))),
}
NESTED = ("nested sequences", "nested identities", "nested bijections", "nested byDimension")

DOCUMENTS: dict[str, tuple[str, Callable[[int], Made]]] = {
    **{name: ("0.5", made) for name, made in {**IMAGES, **PLATES}.items()},
    **{name: ("0.6", made) for name, made in SYSTEMS.items()},
}


def document_of(ome: Made, version: str) -> bytes:
    """Return a document with OME metadata as a version stores it."""
    if version in ("0.5", "0.6"):
        whole = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": version, **ome}}}
        return written(whole)
    return written(ome)


def written(value: Made) -> bytes:
    """Write JSON, however deep it is nested."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        return json.dumps(value).encode()
    finally:
        sys.setrecursionlimit(limit)


# --- broken JSON --------------------------------------------------------------------------------------

TEXTS: dict[str, Callable[[int], str]] = {
    "quotes and backslashes": lambda n: '{"a": ' + '"\\' * n,
    "quotes": lambda n: '{"a": ' + '"' * n,
    "backslashes": lambda n: '{"a": "' + "\\" * n,
    "comments that begin": lambda n: "{" + "/* " * n,
    "comments that begin with a star": lambda n: "{" + "/*" * n,
    "slashes": lambda n: "{" + "/" * n,
    "comments": lambda n: "{" + "/* a */" * n + '"a": 1}',
    "comments in lines": lambda n: "{" + "// a\n" * n + '"a": 1}',
    "JSON inside a string, cut": lambda n: '{"a": "' + '{\\"b\\": [1, 2]},' * n,
    "JSON inside a string, cut behind NaN": lambda n: '{"b": NaN, "a": "' + '{\\"b\\": [1, 2]},' * n,
    "escapes, cut": lambda n: '{"a": "' + "\\u00e9" * n,
    "cut arrays": lambda n: '{"a": [' + "[1]," * n,
    "brackets": lambda n: "[" * n,
    "braces": lambda n: '{"a":' * n,
    "NaN": lambda n: '{"a": [' + "NaN," * n + "1]}",
    "NaN in strings": lambda n: '{"a": ["' + "NaN," * n + '", NaN]}',
    "minus signs": lambda n: '{"a": [' + "-" * n,
    "digits": lambda n: '{"a": ' + "1" * n,
    "digits, cut": lambda n: '{"a": [' + "1" * 200 + "," + "1234567890123456789012." * n,
    "white space": lambda n: " " * n,
    "white space, then nothing": lambda n: '{"a": 1' + " \n" * n,
    "commas": lambda n: '{"a": 1' + "," * n,
    "a byte order mark": lambda n: "\ufeff" + '{"a": "' + "b" * n,
    "half pairs": lambda n: '{"a": "' + "\\ud800" * n + '"}',
    "large integers": lambda n: '{"a": [' + "123456789012345678901234567890," * n + "1]}",
}
