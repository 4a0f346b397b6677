"""What lies in the folders of a plate: rows, columns, and the images that are whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from ngff_core.errors import StoreError
from ngff_core.migration.interface import Remark
from ngff_core.models.image import DatasetMetadata, MultiscaleMetadata
from ngff_core.plugins.registry import Registry
from ngff_core.rules.common import sound
from ngff_core.spec.detect import choose_spec, claim_of
from ngff_core.spec.spec import Spec
from ngff_core.spec.typed import group_metadata
from ngff_core.stores.answers import names_in
from ngff_core.stores.key import Key
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.overlay import Recorder
from ngff_core.words import listed
from ngff_core.zarr.array import array_document
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import ARRAY_KEY, GROUP_KEYS, is_left_over, join
from ngff_core.zarr.paths import resolve_path
from ngff_core.zarr.text import json_object

__all__ = ["Field", "Tree", "natural", "tree_of"]

ROW = re.compile(r"[A-Za-z]{1,2}")  # A to AF, of the largest plates
COLUMN = re.compile(r"[0-9]{1,3}")
FIELD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NO_ROW = "its name is not that of a row: letters such as A"
NO_FIELD = "its name is not that of a field: letters and digits"


@attrs.frozen
class Field:
    """A whole image in a well: its name there, and the version that it is of."""

    name: str
    version: str


@attrs.define
class Tree:
    """The fields of each well that has any, by the names of its row and column; and what was left out, and why."""

    wells: dict[tuple[str, str], list[Field]] = attrs.field(factory=dict)
    left_out: list[Remark] = attrs.field(factory=list)
    unread: list[Remark] = attrs.field(factory=list)


def natural(name: str) -> tuple[bool, int, int, str]:
    """Return what sorts the names of rows, columns and fields: numbers as such, Z before AA."""
    number = int(name) if name.isascii() and name.isdecimal() else None
    return number is None, number or 0, len(name), name


def tree_of(store: Recorder, registry: Registry) -> Tree:
    """Look for wells and fields where they are in any plate: in folders ROW/COLUMN/FIELD.

    What cannot be listed or read is in ``unread``: then it is not known what there is.
    """
    tree, specs = Tree(), list(registry.specs.values())
    for row in _folders(store, "", tree):
        if not ROW.fullmatch(row):
            tree.left_out += [_misnamed(row, NO_ROW)] if row != "OME" else []
            continue
        columns = _folders(store, row, tree)
        if not columns:
            tree.left_out.append(Remark(row, "there is no well in it"))
        for column in columns:
            well = join(row, column)
            if not COLUMN.fullmatch(column):
                tree.left_out.append(_misnamed(well, "its name is not that of a column: a number"))
            elif fields := list(_fields(store, well, registry, specs, tree)):
                tree.wells[row, column] = fields
            else:
                tree.left_out.append(Remark(well, "there is no whole image in it"))
    return tree


def _folders(store: Recorder, path: str, tree: Tree) -> list[str]:
    """Return the names of folders in another one, in their order."""
    try:
        names = names_in(store, path)
    except StoreError as error:
        tree.unread.append(Remark(path, f"it could not be listed: {error}"))
        return []
    if names is None:
        tree.unread.append(Remark(path, "the store cannot list what is in it, so that nothing can be looked for"))
    found = (name[:-1] for name in names or () if name.endswith("/") and not name.startswith("."))
    return sorted(found, key=natural)


def _fields(store: Recorder, well: str, registry: Registry, specs: Sequence[Spec], tree: Tree) -> Iterator[Field]:
    names = _folders(store, well, tree)
    tree.left_out += [_misnamed(join(well, name), NO_FIELD) for name in names if not _may_be_field(name)]
    documents = [name for zarr_format in (3, 2) for name in GROUP_KEYS[zarr_format]]
    paths = [join(well, name) for name in names if _may_be_field(name)]
    answers = _read(store, [join(path, key) for path in paths for key in documents], tree)
    images: dict[str, tuple[Spec, list[str]]] = {}
    for path in paths:
        values = {key: data for key in documents if (data := answers[join(path, key)]) is not None}
        found = _image(store, path, values, registry, specs)
        if isinstance(found, str):
            tree.left_out.append(Remark(path, found))
        elif found[0].order < (0, 6) and not path.rpartition("/")[2].isalnum():
            tree.left_out.append(Remark(path, NO_FIELD))
        else:
            images[path] = found
    arrays = _read(store, [key for path, (spec, levels) in images.items() for key in _keys(path, spec, levels)], tree)
    for path, (spec, levels) in images.items():
        keys = zip(levels, _keys(path, spec, levels), strict=True)
        missing = [level for level, key in keys if not _is_array(arrays[key], spec, registry)]
        if missing:
            tree.left_out.append(Remark(path, f"it is not whole: there is no array at {listed(missing, 3)}"))
        else:
            yield Field(path.rpartition("/")[2], spec.version)


def _misnamed(path: str, why: str) -> Remark:
    left_over = is_left_over(path.rpartition("/")[2])
    return Remark(path, "it is left over from writing that was broken off" if left_over else why)


def _may_be_field(name: str) -> bool:
    return FIELD.fullmatch(name) is not None and not is_left_over(name)


def _keys(path: str, spec: Spec, levels: Sequence[str]) -> list[str]:
    found = [resolve_path(path, level) for level in levels]
    return [join(target, ARRAY_KEY[spec.zarr_format]) if target is not None else "" for target in found]


def _read(store: Recorder, keys: Sequence[str], tree: Tree) -> dict[str, bytes | None]:
    """Return documents by key; what could not be read is noted."""
    sound = [Key(key) for key in keys if key]
    read: dict[str, bytes | None] = dict.fromkeys(keys)
    for key, answer in zip(sound, store.get_many(sound), strict=True):
        if isinstance(answer, StoreError):
            folder, _, name = key.rpartition("/")
            tree.unread.append(Remark(folder, f"{name} could not be read: {answer}"))
        else:
            read[key] = answer
    return read


def _image(
    store: Recorder, path: str, values: dict[str, bytes], registry: Registry, specs: Sequence[Spec]
) -> tuple[Spec, list[str]] | str:
    """Return the version of the image at a path and the paths of its levels, or else why there is none."""
    why = "there is no metadata of an image"
    for zarr_format in (3, 2):
        document = group_document(zarr_format, values)
        claim = claim_of(specs, document.attributes) if document is not None else None
        if document is None or claim is None:
            continue
        spec = choose_spec(specs, claim, zarr_format, lambda inside: _look(store, resolve_path(path, inside)))
        if spec is None or spec.zarr_format != zarr_format:
            why = "its metadata is of no version of OME-Zarr that is installed"
        elif levels := _levels(document, spec, registry):
            return spec, levels
    return why


def _look(store: Recorder, key: str | None) -> JSONObject | None:
    return json_object(store.get_many([key])[0]) if key is not None else None


def _levels(document: GroupDocument, spec: Spec, registry: Registry) -> list[str]:
    """Return the paths of the levels of an image; none where it is none, or names something that is no path."""
    metadata = group_metadata(spec, registry.converter(spec.version), document)
    found: list[object] = []
    for _, multiscale in sound(getattr(metadata.model, "multiscales", None), MultiscaleMetadata):
        found += [dataset.path for _, dataset in sound(multiscale.datasets, DatasetMetadata)]
    paths = [path for path in found if isinstance(path, str)]
    return list(dict.fromkeys(paths)) if len(paths) == len(found) else []


def _is_array(data: bytes | None, spec: Spec, registry: Registry) -> bool:
    """Tell whether a document is that of an array with a shape."""
    if data is None:
        return False
    document = array_document(registry.converter(spec.version), spec.zarr_format, data)
    return document.shape is not None and not document.problems
