"""Write models as JSON; validates first, so that nothing wrong gets out by accident."""

from __future__ import annotations

from ngff_core.errors import UsageError
from ngff_core.json_text import dumps
from ngff_core.plugins.registry import default_registry
from ngff_core.report.report import ValidationError
from ngff_core.structure.converter import unstructure
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSONObject, nested_deeper
from ngff_core.validation.calls import check_object
from ngff_core.zarr.text import MAX_DEPTH

__all__ = ["to_dict", "to_json"]


def to_json(obj: Model, *, indent: int | None = 2, validate: bool = True) -> str:
    """Write a model as JSON text, indented by two spaces (``indent=None``: on one line).

    Validates first and raises ValidationError, which carries every issue, unless ``validate`` is False.
    """
    if indent not in (None, 0, 2):
        raise UsageError(f"indent is 2 or None, got {indent!r}")
    value = to_dict(obj)
    if validate:
        report = check_object(value, cls=type(obj))
        if not report.valid:
            raise ValidationError(report)
    try:
        return dumps(value, indent=bool(indent)).decode()
    except TypeError:  # deeper nesting or larger integers than `dumps` writes
        import json

        if nested_deeper(value, MAX_DEPTH):  # nor could it be read again
            raise _too_deep() from None
        try:
            return json.dumps(value, indent=indent or None, ensure_ascii=False, allow_nan=False)
        except RecursionError:
            raise _too_deep() from None


def to_dict(obj: Model) -> JSONObject:
    """Return the JSON object that a model stands for, as Python values; does not validate."""
    if not isinstance(obj, Model):
        raise UsageError(f"expected a model, such as an ngff_v05.Image, got {type(obj).__name__}")
    converter = default_registry().converter(type(obj).VERSION or "")
    try:
        value: JSONObject = unstructure(converter, obj)
    except RecursionError:
        raise _too_deep() from None
    return value


def _too_deep() -> UsageError:
    return UsageError("the metadata is nested too deep to be written")
