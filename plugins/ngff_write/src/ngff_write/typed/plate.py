"""Write or prepare plates, well by well."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self, Unpack

from ngff_core.models.plate import PlateMetadata
from ngff_core.structure.model import Model
from ngff_core.validation.export import to_dict
from ngff_write.backends import backend_named
from ngff_write.content import fill, parts_of
from ngff_write.documents import name_of
from ngff_write.groups.places import ByPlace, by_path, path_of
from ngff_write.groups.plate import GrowingPlate, growing_plate, new_plate
from ngff_write.groups.plate_list import PlateAbout, acquisitions_of, columns_of, rows_of
from ngff_write.groups.prepare import Documents, handles
from ngff_write.options import check_options, mapping_of, refuse_no_json, said
from ngff_write.target import NewGroup, local_path
from ngff_write.typed.builder import Builder
from ngff_write.typed.given import GivenImage, Levels, ModelError, PartOptions, WriteOptions, content_of, pair_of, shown

__all__ = ["PlateBuilder", "write_plate"]

_SAID = ("version", "name", "rows", "columns", "wells", "acquisitions", "field_count")
Field = tuple[Any, Levels]  # an Image, and its levels


class BuilderOptions(PartOptions, total=False):
    """How a plate is written: ``plate`` is what is known of it, ``extra_attributes`` are further ones of its root."""

    plate: Model | None
    extra_attributes: Mapping[str, Any] | None


class PlateWriteOptions(WriteOptions, total=False):
    """How a whole plate is written: ``plate`` is what is known of it, a Plate or members of one."""

    plate: Model | Mapping[str, Any] | None


class PlateBuilder(Builder[dict[str, GivenImage]]):
    """Adds wells to a plate at a path, and to its list; the plate may be there already.

    Rows and columns are those of ``plate``, else of the smallest standard plate that has all wells. The plate lists the
    wells that there are, also those that other processes write. Raises TakenError where something else is at the path.
    """

    _members = "wells"

    def __init__(self, dest: str | os.PathLike[str], **options: Unpack[BuilderOptions]) -> None:
        check_options(options, BuilderOptions)
        super().__init__(dest, options)
        self._about, self._wells = _about(str(self._dest), options.get("plate"), options.get("extra_attributes"))
        self._plate: GrowingPlate | None = None

    def write_well(self, row: str, col: str, images: Mapping[str, Field], *, progress: bool = False) -> Self:
        """Write the fields of a well by their names, each an Image and its levels, and list them and the well.

        Raises as `write_image` does, and ModelError for a well that is not in ``plate``.
        """
        fields = self._fields(row, col, images)
        plate = self._growing(next(iter(fields.values())).writing.version)
        backend = backend_named(self._options.get("writer", "auto"))
        parts = parts_of(shown(progress), lambda: [[content.pixels] for content in fields.values()])
        try:
            for path, content in fields.items():
                write = partial(fill, content=content, backend=backend, progress=parts())
                plate.place(path, None, write, overwrite=self._options.get("overwrite", False))
        finally:
            backend.close()
        plate.list_wells([f"{row}/{col}"])
        self._written.append(f"{row}/{col}")
        return self

    def add_well(self, *, row: str, col: str, images: Mapping[str, Field]) -> Self:
        """Note a well that `prepare` is to make: an Image and a (shape, dtype) for each dataset, by name of field."""
        self._added[f"{row}/{col}"] = self._fields(row, col, images)
        return self

    def prepare(self) -> tuple[Path, dict[str, Any]]:
        """Make a plate of the wells that were added, with empty arrays; returns these by their paths: ``A/1/0/0``."""
        if not self._added:
            raise ModelError("no wells were added: call add_well before prepare")
        documents = Documents(self._dest, self._options.get("writer", "auto"))
        fields = {path: content for well in self._added.values() for path, content in well.items()}
        fills = {path: documents.of(content, path) for path, content in fields.items()}
        _write_whole(self._dest, fields, fills, self._about, overwrite=self._options.get("overwrite", False))
        return self._dest, handles(str(self._dest), documents)

    def _growing(self, version: str) -> GrowingPlate:
        if self._plate is None or self._plate.writing.version != version:
            self._plate = growing_plate(str(self._dest), version, self._about)
        return self._plate

    def _fields(self, row: str, col: str, images: Mapping[str, Field]) -> dict[str, GivenImage]:
        well = path_of(row, col)
        if well in self._written or well in self._added:
            raise ModelError(f"well {well!r} was added already")
        fields = mapping_of(images, "fields by their names, each a model and its levels")
        return _contents({path_of(well, name): field for name, field in fields.items()}, self._wells, self._options)


def write_plate(dest: str | os.PathLike[str], images: ByPlace[Field], **options: Unpack[PlateWriteOptions]) -> Path:
    """Write a plate of fields by their places, such as ``("A", "1", "0")``, each an Image and its levels.

    The plate gets its name when all of it is written. Raises what `write_image` does.
    """
    check_options(options, PlateWriteOptions)
    dest = local_path(dest)
    about, wells = _about(dest, options.get("plate"), options.get("extra_attributes"))
    fields = _contents(by_path(images), wells, options)
    backend = backend_named(options.get("writer", "auto"))
    progress = shown(options.get("progress", False))
    parts = parts_of(progress, lambda: [[content.pixels] for content in fields.values()])

    def filling(content: GivenImage) -> Callable[[NewGroup], object]:
        return lambda group: fill(group, content, backend, parts())

    fills = {path: filling(content) for path, content in fields.items()}
    try:
        return _write_whole(dest, fields, fills, about, overwrite=options.get("overwrite", False))
    finally:
        backend.close()


def _contents(
    images: Mapping[str, Field], wells: Sequence[str] | None, options: Mapping[str, Any]
) -> dict[str, GivenImage]:
    """Return the fields by their paths; raises ModelError where there is none, or one is in no well of the plate."""
    if not images:
        raise ModelError("a well has one field at least")
    for path in images if wells is not None else ():
        if path.rpartition("/")[0] not in (wells or ()):
            raise ModelError(f"the plate lists no well {path.rpartition('/')[0]!r}: it has {', '.join(wells or ())}")
    how = {**options, "extra_attributes": None}
    pairs = {path: pair_of(field, f"field {path!r}") for path, field in images.items()}
    return {path: content_of(image, levels, how, f"field {path!r}") for path, (image, levels) in pairs.items()}


def _write_whole(
    dest: str | os.PathLike[str],
    fields: Mapping[str, GivenImage],
    fills: Mapping[str, Callable[[NewGroup], object]],
    about: PlateAbout,
    *,
    overwrite: bool,
) -> Path:
    writing = next(iter(fields.values())).writing
    with new_plate(dest, writing, about, overwrite=overwrite) as (group, plate):
        for path, fill_field in fills.items():
            plate.place(path, None, fill_field)
    return Path(group.path)


def _about(
    dest: str, plate: Model | Mapping[str, Any] | None, extra: Mapping[str, Any] | None
) -> tuple[PlateAbout, list[str] | None]:
    """Return what is said of a plate, and the paths of the wells that it has; ``None``: any."""
    own = {"name": name_of(dest)}
    given: Any = {**own, **plate} if isinstance(plate, Mapping) else own if plate is None else plate
    given = to_dict(plate)["plate"] if isinstance(plate, PlateMetadata) else given
    if not isinstance(given, Mapping):
        raise ModelError(f"the plate is a Plate, or members of one, got {said(given)}")
    value = {key: _plain(of) for key, of in given.items()}
    refuse_no_json(value, "plate")
    if not isinstance(value.get("name", ""), str):
        raise ModelError(f"the name of the plate is {said(value['name'])}, expected text")
    rows, columns = (_members(value[key], "name", key) if key in value else None for key in ("rows", "columns"))
    about = PlateAbout(
        value.get("name"),
        rows_of(rows),
        columns_of(columns),
        acquisitions_of(_objects(value.get("acquisitions") or (), "acquisitions")),
        {key: of for key, of in value.items() if key not in _SAID},
        extra,
    )
    return about, _members(value["wells"], "path", "wells") if "wells" in value else None


def _objects(given: Any, what: str) -> list[Mapping[str, Any]]:
    if not isinstance(given, (list, tuple)) or not all(isinstance(one, Mapping) for one in given):
        raise ModelError(f"{what} of the plate are a list of objects, got {said(given)}")
    return list(given)


def _members(given: Any, member: str, what: str) -> list[str]:
    """Return a member of each entry of a list; raises ModelError where that is no text."""
    found: list[Any] = [entry.get(member) for entry in _objects(given, what)]
    if not all(isinstance(one, str) for one in found):
        raise ModelError(f"{what} of the plate have text as {member!r}, got {said(found)}")
    return found


def _plain(value: Any) -> Any:
    """Return the JSON of what may hold models."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return to_dict(value) if isinstance(value, Model) else value
