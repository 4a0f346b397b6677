"""What groups and arrays have in common, and arrays: shapes and types, pixels on request."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ngff_core.report.report import Report, ValidationError
from ngff_core.structure.values import JSONObject
from ngff_core.view.documents import refused
from ngff_core.view.pixels import reader_of, tensorstore_array, zarr_array
from ngff_core.view.selecting import selected
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["Array", "Node"]


class Node:
    """What groups and arrays have in common: the store, the path, and the document there."""

    def __init__(self, store: Store, path: str, document: ArrayDocument | GroupDocument) -> None:
        self.store = store
        self.path = path
        self.document = document

    def __eq__(self, other: object) -> bool:
        """Compare the place and what the document there says: what another process has sent equals the first."""
        if not isinstance(other, Node) or type(self) is not type(other):
            return NotImplemented
        same = (self.store.url, self.path, self.zarr_format) == (other.store.url, other.path, other.zarr_format)
        return same and self.document.raw == other.document.raw and self.attributes == other.attributes

    def __hash__(self) -> int:
        return hash((self.store.url, self.path))

    @property
    def zarr_format(self) -> int:
        """2 or 3."""
        zarr_format: int = self.document.zarr_format
        return zarr_format

    @property
    def name(self) -> str:
        """The path with a leading ``/``, as zarr-python has it."""
        return f"/{self.path}"

    @property
    def attributes(self) -> JSONObject:
        """The attributes as they are."""
        attributes: JSONObject = self.document.attributes
        return attributes

    @property
    def attrs(self) -> JSONObject:
        """The attributes, by the name that zarr-python has for them."""
        return self.attributes


class Array(Node):
    """A Zarr array: its metadata, where sizes count pixels per dimension, and pixels on request (``array[0, :64]``).

    Pixels are read by zarr-python, or by tensorstore where that is what is installed.
    """

    document: ArrayDocument

    def __init__(self, store: Store, path: str, document: ArrayDocument) -> None:
        super().__init__(store, path, document)
        self._pixels: Callable[[tuple[slice, ...]], Any] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Pixels per dimension."""
        return self.document.shape or ()

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of pixels."""
        return math.prod(self.shape)

    @property
    def dtype(self) -> str:
        """The data type by its NumPy name, such as ``uint16``."""
        return self.document.dtype or ""

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """Pixels per dimension of what one read decodes; ``None`` where chunks are not all of one size."""
        return self.document.chunks

    @property
    def shards(self) -> tuple[int, ...] | None:
        """Pixels per dimension of what one object of the store holds, where chunks are kept in shards."""
        return self.document.shards

    @property
    def dimension_names(self) -> list[str | None] | None:
        """Names of the dimensions (Zarr v3)."""
        return self.document.dimension_names

    @property
    def fill_value(self) -> Any:
        """What pixels are that were never written, as the metadata has it (``"NaN"`` is text in JSON)."""
        return self.document.fill_value

    def to_zarr_python(self) -> Any:
        """Open the pixels as a ``zarr.Array``, read-only; needs zarr-python 3.

        Raises ValidationError where the metadata are none that readers open.
        """
        self._refuse()
        return zarr_array(self.store, self.path, self.zarr_format)

    def to_tensorstore(self) -> Any:
        """Open the pixels as a ``tensorstore.TensorStore``, read-only.

        Needs tensorstore; where that cannot read from the store or decode the chunks itself, zarr-python as well.
        Raises ValidationError where the metadata are none that readers open.
        """
        self._refuse()
        return tensorstore_array(self.store, self.path, self.zarr_format, self.dimension_names)

    def __getitem__(self, selection: Any) -> Any:
        """Read pixels: ``selection`` is what numpy takes in brackets, and means the same whichever library reads.

        Of arrays of indices, the box around them is read. Returns a numpy array, or a number. Raises SelectionError
        (an IndexError) for pixels that there are not, MissingPackageError where neither zarr-python nor tensorstore is
        installed.
        """
        if self._pixels is None:
            self._refuse()
            self._pixels = reader_of(self.store, self.path, self.zarr_format)
        wanted = selected(selection, self.shape)
        return self._pixels(wanted.box)[wanted.inside]

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("an array without dimensions has no items")
        return (self[index] for index in range(self.shape[0]))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Read all pixels: this is what ``numpy.asarray(array)`` calls."""
        if copy is False:
            raise ValueError("pixels have to be read, so there is no array without a copy")
        pixels = self[...]
        return pixels if dtype is None else pixels.astype(dtype)

    def _refuse(self) -> None:
        problems = refused(self.document)
        if problems:
            raise ValidationError(Report(url=f"{self.store.url}/{self.path}", issues=problems))

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_pixels": None}  # what is open is opened again where it is wanted

    def __repr__(self) -> str:
        return f"<Array {self.store.url}/{self.path} {self.dtype} {self.shape}>"
