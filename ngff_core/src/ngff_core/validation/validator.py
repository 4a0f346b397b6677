"""Validator: the engine behind the calls, made once for plugins and settings."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, get_args

import attrs

from ngff_core.crawl.reader import NOTHING, AtHand
from ngff_core.crawl.scope import WHOLE
from ngff_core.errors import UsageError
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.references import Reference
from ngff_core.report.partial import Partial
from ngff_core.report.report import Report, ValidationError
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.structure.converter import unstructure
from ngff_core.structure.model import Model
from ngff_core.structure.own_classes import ModelType
from ngff_core.structure.values import JSON
from ngff_core.validation.alike import form_of, known, remember
from ngff_core.validation.opening import Uri, open_store
from ngff_core.validation.outcome import Evaluated, one_section, report_of
from ngff_core.validation.setup import Setup
from ngff_core.validation.store import NOBODY, Listeners, evaluate_store
from ngff_core.zarr.text import parse_json, repeated_keys
from ngff_core.zarr.values import json_value

__all__ = ["Validator", "checked_class", "checked_text"]

_version_of = Reference("ngff_core.validation.parts:version_of")
_evaluate = Reference("ngff_core.validation.document:evaluate")  # stores do not need it


class Validator(Setup):
    """Validates documents and stores with the plugins of a registry and the settings of a user; frozen, as `Setup`."""

    __slots__ = ()

    def json(self, text: str | bytes, cls: ModelType | None = None) -> Report:
        """Evaluate the text of a JSON document; ``cls`` says that it is one object of that class, or of a union."""
        checked_class(cls)
        text = checked_text(text)
        form = form_of(self, text) if cls is None else None
        if form is not None and (found := known(self, form)) is not None:
            return report_of(found, self.settings)
        if len(text) > MAX_DOCUMENT:
            message = f"the document has more than {MAX_DOCUMENT} bytes, which is the limit"
            value, problems = None, [finding("document-unreadable", message)]
        else:
            value, problems = parse_json(text)
            problems += repeated_keys(text, value) if not problems else []
        partial = self._evaluate(value, problems, cls).partial
        if form is not None and not problems:
            remember(self, form, partial)
        return report_of(partial, self.settings)

    def object(self, obj: JSON, cls: ModelType | None = None) -> Report:
        """Evaluate a model, or the Python form of a JSON document."""
        value, cls = self._plain(obj, cls)
        return report_of(self._evaluate(*json_value(value), cls).partial, self.settings)

    def typed(self, obj: JSON, cls: ModelType | None = None) -> Model:
        """Return the typed object that a model or JSON value stands for; raise ValidationError unless it is valid."""
        value, cls = self._plain(obj, cls)
        evaluated = self._evaluate(*json_value(value), cls)
        report = report_of(evaluated.partial, self.settings)
        if not report.valid or evaluated.model is None:
            raise ValidationError(report)
        return evaluated.model

    def store(
        self,
        uri: Uri,
        storage_options: Mapping[str, Any] | None = None,
        listeners: Listeners = NOBODY,
        known: AtHand = NOTHING,
    ) -> Report:
        """Evaluate the whole hierarchy below a path, address or store; ``known`` was read of its root already."""
        if self.settings.version is not None:
            self.registry.spec(self.settings.version)
        store = open_store(self, uri, storage_options)
        return report_of(evaluate_store(self, store, WHOLE, listeners, known), self.settings)

    def _evaluate(self, value: JSON, problems: list[Issue], cls: ModelType | None) -> Evaluated:
        """Evaluate what a document holds, if it is JSON; ``problems`` say what is wrong with it as JSON."""
        if problems and value is None:
            return Evaluated(Partial(url="", version=self.settings.version, sections=one_section(problems)))
        evaluated: Evaluated = _evaluate(self, value, cls)
        if problems:
            partial = evaluated.partial
            partial = attrs.evolve(partial, sections=(*one_section(problems), *partial.sections))
            return Evaluated(partial, evaluated.model)
        return evaluated

    def _plain(self, obj: JSON, cls: ModelType | None) -> tuple[JSON, ModelType | None]:
        """Return the plain JSON values that an object stands for, and the class to check them as."""
        checked_class(cls)
        if not isinstance(obj, Model):
            return unstructure(self.registry.converter(""), obj), cls
        cls = cls or type(obj)
        own = type(obj) if isinstance(cls, UnionType) else cls
        version = own.VERSION or _version_of(own, self.specs)
        return unstructure(self.registry.converter(version or ""), obj), cls


def checked_text(text: str | bytes) -> str | bytes:
    """Return a text; raise UsageError for what is none."""
    if not isinstance(text, (str, bytes, bytearray, memoryview)):
        kind = type(text).__name__
        raise UsageError(f"expected JSON text, as str or bytes, got {kind}; Python objects are for check_object")
    return text


def checked_class(cls: object) -> None:
    """Raise UsageError for what is no model class, and no union of some."""
    for one in get_args(cls) if isinstance(cls, UnionType) else (cls,):
        if cls is not None and not (isinstance(one, type) and issubclass(one, Model)):
            raise UsageError(f"cls is a model class, such as ngff_v05.Image, got {cls!r}")
