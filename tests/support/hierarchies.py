"""Small valid hierarchies by name, as documents: what servers and other stores are tested with."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ngff_core.testing import array, build_store

__all__ = ["HIERARCHIES", "WELLS", "documents"]

HIERARCHIES = ("image-0.4", "image-0.5", "plate-0.4", "plate-0.5")
WELLS = ("A/1", "A/2", "B/1", "B/2")


def documents(name: str) -> dict[str, bytes]:
    """Return the documents of a hierarchy, such as ``plate-0.5``; an image has two labels, a plate four wells."""
    kind, _, version = name.partition("-")
    spec = import_module(f"ngff_v{version.replace('.', '')}.spec").SPEC
    own = {"version": version} if version == "0.4" else {}  # later versions state it once, which is done for us
    return build_store(spec, _image("", own) if kind == "image" else _plate(own))


def _multiscale(name: str, own: dict[str, str]) -> dict[str, Any]:
    return {
        **own,
        "name": name,
        "type": "gaussian",
        "metadata": {"method": "none", "version": "1", "args": []},
        "axes": [{"name": n, "type": "space", "unit": "micrometer"} for n in "yx"],
        "datasets": [
            {"path": str(level), "coordinateTransformations": [{"type": "scale", "scale": [2.0**level] * 2}]}
            for level in range(2)
        ],
    }


def _levels(path: str, dtype: str = "uint16") -> dict[str, Any]:
    return {f"{path}{level}": array((64 >> level,) * 2, dtype=dtype, names=("y", "x")) for level in range(2)}


def _image(path: str, own: dict[str, str]) -> dict[str, Any]:
    nodes: dict[str, Any] = {path.rstrip("/"): {"multiscales": [_multiscale("image", own)]}, **_levels(path)}
    nodes[f"{path}labels"] = {"labels": ["cells", "nuclei"]}
    for name in ("cells", "nuclei"):
        nodes[f"{path}labels/{name}"] = {
            "multiscales": [_multiscale(name, own)],
            "image-label": {**own, "colors": [{"label-value": 1, "rgba": [9, 9, 9, 9]}], "source": {"image": "../../"}},
        }
        nodes |= _levels(f"{path}labels/{name}/", "uint8")
    return nodes


def _plate(own: dict[str, str]) -> dict[str, Any]:
    nodes: dict[str, Any] = {
        "": {
            "plate": {
                **own,
                "name": "plate",
                "columns": [{"name": "1"}, {"name": "2"}],
                "rows": [{"name": "A"}, {"name": "B"}],
                "wells": [
                    {"path": path, "rowIndex": "AB".index(path[0]), "columnIndex": int(path[2]) - 1} for path in WELLS
                ],
                "field_count": 1,
            }
        },
        "A": None,
        "B": None,
    }
    for well in WELLS:
        nodes[well] = {"well": {**own, "images": [{"path": "0"}]}}
        nodes[f"{well}/0"] = {"multiscales": [_multiscale("field", own)]}
        nodes |= _levels(f"{well}/0/")
    return nodes
