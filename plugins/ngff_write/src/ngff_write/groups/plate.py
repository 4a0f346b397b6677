"""Write plates: fields of view one by one, also from several processes, each whole before it is listed."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Self, Unpack

import attrs

from ngff_core.errors import NgffError, UsageError
from ngff_core.models.dims import DimSpec
from ngff_core.zarr.keys import DOCUMENTS, join
from ngff_write.archives import is_archive
from ngff_write.arrays.headers import refuse_ome
from ngff_write.backends import backend_named
from ngff_write.content import fill, parts_of
from ngff_write.documents import Writing, name_of, writing_of
from ngff_write.enclosing import refuse_inside
from ngff_write.groups.listing import revised
from ngff_write.groups.names import field_name
from ngff_write.groups.places import ByPlace, by_path, path_of
from ngff_write.groups.plate_list import Names, PlateAbout, acquisitions_of, columns_of, list_field, list_wells, rows_of
from ngff_write.groups.plate_there import PlateThere, plate_at
from ngff_write.image import HowToWrite, for_place, new_image
from ngff_write.options import check_options
from ngff_write.pixels.kernels import kernel_named
from ngff_write.pixels.sources import source_of
from ngff_write.target import NewGroup, OverwritableError, TakenError, local_path

__all__ = [
    "GrowingPlate",
    "PlateOptions",
    "PlateWriter",
    "about_of",
    "growing_plate",
    "new_plate",
    "write_plate",
]


class PlateOptions(HowToWrite, total=False):
    """How a plate is written.

    ``name`` is that of the plate: the one of its folder unless given. ``rows`` and ``columns`` are all that the
    physical plate has, by their names or as a number: 8 and 12, say; those of the smallest standard plate that has all
    wells unless given. ``acquisitions`` are objects as the specification has them: ``[{"id": 0, "name": "before"}]``.
    ``overwrite`` lets `write_plate` replace the hierarchy that is there, `PlateWriter` the fields that it writes alone.
    ``members`` are further members of the metadata of each image, such as ``omero``. ``progress`` is told of all fields
    by `write_plate`, of each by itself by `PlateWriter`.
    """

    name: str | None
    rows: Names | None
    columns: Names | None
    acquisitions: Sequence[Mapping[str, Any]]
    members: Mapping[str, Any] | None


@attrs.frozen
class GrowingPlate:
    """A plate at a path that fields are added to, while others may do the same.

    A field gets its place as a whole, then its well lists it; the plate lists its wells when it is told to.
    """

    root: str
    writing: Writing
    about: PlateAbout

    @property
    def _version(self) -> dict[str, str]:
        return {"version": self.writing.version} if self.writing.spec.namespace is None else {}

    def place(
        self, path: str, acquisition: int | None, fill: Callable[[NewGroup], object], *, overwrite: bool = False
    ) -> str:
        """Fill a field and give it its place, ROW/COLUMN/FIELD; returns its path."""
        row, column, field = path.split("/", 2)
        acquisition = self.about.checked(row, column, acquisition)
        field_name(field, self.writing)
        with NewGroup(self.root, path, overwrite=overwrite) as group:
            fill(group)
            if not any(os.path.lexists(os.path.join(self.root, row, name)) for name in DOCUMENTS):
                with revised(self.root, self.writing, "adding a row") as listing:
                    listing.group(row)
                    listing.write()
            group.finish()
            with revised(self.root, self.writing, "adding a field") as listing:
                list_field(listing, f"{row}/{column}", field, acquisition, self._version)
                listing.write(join(path, key) for key in group.keys)
            return group.path

    def list_wells(self, changed: Collection[str] = ()) -> None:
        """Let the plate list all wells that there are, whoever wrote them; some that it lists may have ``changed``."""
        with revised(self.root, self.writing, "listing wells") as listing:
            list_wells(listing, self.about, self._version, changed)
            listing.write()


def growing_plate(root: str, version: str | None, about: PlateAbout) -> GrowingPlate:
    """Return a plate that is there, or is to be; raises TakenError where something else is.

    Raises UsageError where it is of another version than the one that is asked for, or says something else.
    """
    if is_archive(root):
        raise UsageError(f"nothing can be added to an archive, such as {root}: give the path of a folder")
    there = PlateThere()
    if os.path.lexists(root):
        if not os.path.isdir(root):
            what = "a symbolic link that leads to no directory" if os.path.islink(root) else "no directory"
            raise TakenError(f"{root} is there already, and {what}: give another path")
        with revised(root, writing_of(version), "adding wells"):  # another process may be about to make it a plate
            there = plate_at(root)
    if there.version is None:
        refuse_inside(root)
    writing = writing_of(there.version or version)
    refuse_ome(about.extra or {}, [writing.spec.namespace or "plate"])
    if there.version is not None and version not in (None, there.version):
        raise UsageError(f"{root} is a plate of OME-NGFF {there.version}, so no fields of {version} can be added")
    there.refuse_replacing(root, about)
    ids = [one.get("id") for one in about.acquisitions]
    known = [{"id": one} for one in there.acquisitions if one not in ids]
    about = attrs.evolve(about, acquisitions=[*known, *about.acquisitions])
    if there.version is not None and len(there.acquisitions) < 2 <= len(about.acquisitions):
        with revised(root, writing, "adding acquisitions") as listing:  # so far fields could do without one
            about.refuse_fields_of_none(listing)
    return GrowingPlate(root, writing, about)


class PlateWriter:
    """Writes fields of view to a plate, which may be there already, one by one; a context manager.

    Several processes, or threads, may add to one plate, each with a writer of its own. Each field is listed in its well
    as soon as it is written, the wells in the plate when the writer is closed: by then at least all that it wrote, and
    whatever others have written. What is left of a process that was killed is whole, or not listed; ``ngff validate``
    names it then, and ``ngff rebuild`` lists it.

    Raises UsageError where something else than a plate is at the path, or a plate of another version, or one that says
    something else of itself: its name, its rows and columns, an acquisition. What it does not say is added.
    """

    def __init__(self, path: str | os.PathLike[str], dims: Sequence[DimSpec], **options: Unpack[PlateOptions]) -> None:
        check_options(options, PlateOptions)
        kernel_named(options.get("kernel"))  # before the first field is there
        path = local_path(path)
        self._dims = dims
        self._options = options
        self._plate = growing_plate(path, options.get("version"), about_of(path, options))
        self._backend = backend_named(options.get("writer", "auto"), options.get("workers"))
        self._written: set[str] = set()  # wells
        self._closed = False

    @property
    def path(self) -> str:
        """Where the plate is."""
        return self._plate.root

    def write_field(self, data: Any, row: str, column: str, field: str = "0", *, acquisition: int | None = None) -> str:
        """Write an image with all its levels to ROW/COLUMN/FIELD, and list it in its well; returns its path.

        ``acquisition`` is the id of the one that it is of: it has to be told when the plate has several. Raises
        UsageError where the field is there already, unless the writer overwrites, and when the writer was closed: the
        plate would not list the well.
        """
        if self._closed:
            raise UsageError(f"the writer of {self.path} was closed: fields are added by another PlateWriter")
        path = path_of(row, column, field)
        image = new_image(data, self._dims, self._plate.writing, path, {**self._options, "extra_attributes": None})
        overwrite, progress = self._options.get("overwrite", False), self._options.get("progress")
        try:
            placed = self._plate.place(
                path, acquisition, lambda group: fill(group, image, self._backend, progress), overwrite=overwrite
            )
        except OverwritableError:
            message = f"{path} is in {self.path} already: give another field, or overwrite=True to PlateWriter"
            raise TakenError(message) from None
        self._written.add(f"{row}/{column}")
        return placed

    def close(self) -> None:
        """List the wells that there are in the plate."""
        self._closed = True
        self._backend.close()
        if self._written:
            written, self._written = self._written, set()
            self._plate.list_wells(written)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(*([NgffError] if error is not None else [])):  # the first error is the one to tell
            self.close()


def about_of(path: str, options: Mapping[str, Any]) -> PlateAbout:
    """Return what options say of a plate."""
    return PlateAbout(
        options.get("name") or name_of(path),
        rows_of(options.get("rows")),
        columns_of(options.get("columns")),
        acquisitions_of(options.get("acquisitions") or ()),
        extra=options.get("extra_attributes"),
    )


@contextmanager
def new_plate(
    path: str | os.PathLike[str], writing: Writing, about: PlateAbout, *, overwrite: bool
) -> Iterator[tuple[NewGroup, GrowingPlate]]:
    """Yield a group that is to be a plate, and that plate; it gets its name when all of it is there."""
    with NewGroup.at(path, writing.zarr_format, overwrite=overwrite) as group:
        plate = GrowingPlate(group.folder, writing, about)
        yield group, plate
        plate.list_wells()
        group.judge(writing.version)
        group.finish()


def _shape(data: Any, dims: Sequence[DimSpec]) -> Sequence[int]:
    return [dim.size or 0 for dim in dims] if isinstance(data, Iterator) else source_of(data).shape


def write_plate(
    images: ByPlace[Any], path: str | os.PathLike[str], dims: Sequence[DimSpec], **options: Unpack[PlateOptions]
) -> str:
    """Write a plate with all its fields; returns its path.

    ``images`` are the pixels of each field by its place: ``"A/1/0"`` or ``("A", "1", "0")``, all of them with the same
    dimensions. The plate gets its name when all of it is written. A plate of several acquisitions, and one that takes
    long, is written by `PlateWriter`, field by field. Raises UsageError and StoreError as `write_image` does.
    """
    check_options(options, PlateOptions)
    path = local_path(path)
    fields = by_path(images)
    writing, about = writing_of(options.get("version")), about_of(path, options)
    backend = backend_named(options.get("writer", "auto"), options.get("workers"))
    how, overwrite = {**for_place(path, options), "extra_attributes": None}, options.get("overwrite", False)
    progress = parts_of(options.get("progress"), lambda: [_shape(data, dims) for data in fields.values()])
    try:
        with new_plate(path, writing, about, overwrite=overwrite) as (group, plate):
            for place, data in fields.items():
                image = new_image(data, dims, writing, place, how)
                plate.place(place, None, partial(fill, content=image, backend=backend, progress=progress()))
        return group.path
    finally:
        backend.close()
