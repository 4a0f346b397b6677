"""Model classes: declared shape, no checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, dataclass_transform

import attrs

from ngff_core.errors import UsageError
from ngff_core.references import Reference
from ngff_core.structure.member import member, members_of
from ngff_core.structure.values import JSONObject, same_value

__all__ = ["Model", "model"]

T = TypeVar("T")
_to_json = Reference("ngff_core.validation.export:to_json")  # writing validates, which takes all that is further up


@dataclass_transform(kw_only_default=True, field_specifiers=(member,))
def model(cls: type[T]) -> type[T]:
    """Make an attrs class of a subclass of `Model`: slots, keyword arguments, no checks of its own."""
    return attrs.define(cls, kw_only=True, eq=False, repr=False, slots=True)


class _Origin:
    """Holds the URL that a document was read from, and what saves it; never set while documents are structured."""

    __slots__ = ("_saver", "_uri")
    _uri: str
    _saver: Callable[..., Any]

    def _remember(self, uri: str, saver: Callable[..., Any]) -> None:
        self._uri = uri
        self._saver = saver


@attrs.define(eq=False, repr=False, slots=True)
class Model(_Origin):
    """Base of all typed documents: declares shape only and can hold what is wrong.

    ``extra`` holds the members of the JSON object that the class does not declare, and explicit nulls.
    """

    _extra: JSONObject | None = attrs.field(default=None, kw_only=True, alias="extra")

    VERSION: ClassVar[str | None] = None
    """The specification version that documents of this class follow; ``None`` for parts of documents."""

    __hash__: ClassVar[None]  # type: ignore[assignment]

    @property
    def uri(self) -> str | None:
        """The address of the store that `ngff_core.from_uri` read the document from; ``None`` for all others.

        No part of the data: not compared, not shown, not written, and copies do not have it.
        """
        return getattr(self, "_uri", None)

    @property
    def extra(self) -> JSONObject:
        """Members that the class does not declare, by their JSON names."""
        if self._extra is None:
            self._extra = {}
        return self._extra

    @extra.setter
    def extra(self, value: JSONObject) -> None:
        self._extra = value

    def save(self, *, allow_invalid: bool = False, break_lock: bool = False) -> Any:
        """Write the document to where `ngff_core.from_uri` or `Group.edit` read it from; metadata only.

        The right file is replaced as a whole, and consolidated metadata is kept right. Returns the report on the group
        as it is then. Raises ValidationError where that is not valid, unless ``allow_invalid``, ConflictError where
        something else has changed the file since it was read (open it again), UsageError for a document that was not
        read from a store, and StoreError. Where it raises, nothing was changed.
        """
        saver = getattr(self, "_saver", None)
        if saver is None:
            what = type(self).__name__
            raise UsageError(f"this {what} was read from no store; Group.edit() gives documents that can be saved")
        return saver(self, allow_invalid=allow_invalid, break_lock=break_lock)

    def to_json(self, indent: int | None = 2, *, validate: bool = True) -> str:
        """Write the model as JSON text; see `ngff_core.to_json`."""
        text: str = _to_json(self, indent=indent, validate=validate)
        return text

    def model_dump_json(self, *, exclude_unset: bool = True, indent: int | None = None, validate: bool = False) -> str:
        """Write the model as JSON text like `to_json`, by the name that users of pydantic know.

        As there, nothing is validated unless ``validate`` says so. ``exclude_unset`` changes nothing: what is not there
        is not written.
        """
        return self.to_json(indent, validate=validate)

    def model_dump(self) -> dict[str, Any]:
        """Return what is in the model as plain values, by the names of attributes, as users of pydantic know it.

        What is not there is left out, so that ``LabelImage(**image.model_dump(), image_label=...)`` makes one of the
        other. `ngff_core.to_dict` has the names of JSON.
        """
        found: dict[str, Any] = _dumped(self)
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or self.__attrs_attrs__ is not other.__attrs_attrs__:
            return NotImplemented  # the classes of versions that share one differ in their names alone
        return same_value(self._extra or {}, other._extra or {}) and all(
            same_value(getattr(self, m.attribute), getattr(other, m.attribute)) for m in members_of(type(self))
        )

    def __repr__(self) -> str:
        shown = ((m.attribute, getattr(self, m.attribute)) for m in members_of(type(self)))
        parts = [f"{name}={value!r}" for name, value in shown if value is not None]
        if self._extra:
            parts.append(f"extra={self._extra!r}")
        return f"{type(self).__name__}({', '.join(parts)})"


def _dumped(value: Any) -> Any:
    if isinstance(value, Model):
        members = {m.attribute: getattr(value, m.attribute) for m in members_of(type(value))}
        return {name: _dumped(of) for name, of in members.items() if of is not None} | _dumped(value._extra or {})
    if isinstance(value, dict):
        return {key: _dumped(of) for key, of in value.items()}
    return [_dumped(item) for item in value] if isinstance(value, (list, tuple)) else value
