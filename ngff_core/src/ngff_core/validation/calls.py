"""The calls that users need: check JSON, objects and stores, and get reports or typed objects back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import TYPE_CHECKING, TypeVar, Unpack, overload

from ngff_core.checking.choices import Choices
from ngff_core.checking.settings import ALL, Settings
from ngff_core.crawl.listening import Listener
from ngff_core.crawl.reader import Reader
from ngff_core.errors import UsageError
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.references import Reference
from ngff_core.report.partial import Partial, ReadStats
from ngff_core.report.report import Report, ValidationError
from ngff_core.structure.model import Model
from ngff_core.structure.own_classes import ModelType
from ngff_core.validation.document import evaluate_document
from ngff_core.validation.opening import store_of
from ngff_core.validation.outcome import one_section, report_of
from ngff_core.validation.root import Chosen, choose, read_root
from ngff_core.validation.setup import Setup
from ngff_core.validation.store import Listeners
from ngff_core.validation.validator import Validator, checked_text
from ngff_core.zarr.text import parse_json, repeated_keys

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ngff_core.config.load import Source

__all__ = [
    "Options",
    "check_json",
    "check_object",
    "check_store",
    "load_root",
    "validate_ome_json",
    "validate_ome_object",
    "validate_zarr_store",
    "validator_of",
]

M = TypeVar("M", bound=Model)

_load_configuration = Reference("ngff_core.config.load:load_configuration")
_unknown_rule = Reference("ngff_core.checking.catalogue:unknown_rule")
_check_divided = Reference("ngff_core.validation.many.divided:check_divided")


class Options(Choices, total=False):
    """What every check takes: the choices of `Settings.of`, and the configuration file that they go before."""

    config: Source | None


def validator_of(registry: Registry | None = None, **options: Unpack[Options]) -> Validator:
    """Return a validator for plugins (of all that is installed unless given) and settings."""
    registry = registry or default_registry()
    if not options:
        return Validator(registry, Settings.of())
    config = options.get("config")
    configured = _load_configuration(config, registry).settings if config is not None else None
    choices = {name: value for name, value in options.items() if name != "config"}
    settings = Settings.of(configured, **choices)  # type: ignore[arg-type]  # keys are those of Choices
    if any(options.get(name) for name in ("select", "ignore", "preview")):  # those of a file are checked with it
        preview = [name for name in settings.preview if name != ALL]
        problem = _unknown_rule([*settings.select, *settings.ignore, *preview], registry.rule_names())
        if problem is not None:
            raise UsageError(problem)
    return Validator(registry, settings)


def check_json(
    text: str | bytes, *, cls: ModelType | None = None, registry: Registry | None = None, **options: Unpack[Options]
) -> Report:
    """Check one JSON document: the content of ``.zattrs``, a whole ``zarr.json``, or its attributes.

    Never raises for bad data: whatever is wrong is in the report. ``cls`` says that the document is one object of that
    model class, or of one of a union of these. The options: ``version`` forces a version of the specification,
    ``profile`` is ``"spec"``, ``"lenient"`` or ``"strict"``, ``select`` and ``ignore`` name rules, ``preview`` those
    that only run where they are asked for, ``max_findings`` is how many findings of each rule and severity are listed,
    the others being counted (all are, unless given), with ``outline`` reports on stores tell what there is in them
    (`Report.outline`, for ``html``), ``config`` is a configuration file (docs/configuration.md), which the other
    options go before; none is looked for. Raises UsageError for a version, a profile, a rule or a name in the
    configuration that there is not.
    """
    return validator_of(registry, **options).json(text, cls)


def check_object(
    obj: object, *, cls: ModelType | None = None, registry: Registry | None = None, **options: Unpack[Options]
) -> Report:
    """Check a model, or the Python form of a JSON document; otherwise like `check_json`."""
    return validator_of(registry, **options).object(obj, cls)


@overload
def validate_ome_json(text: str | bytes, cls: type[M], version: str | None = None, *, profile: str = "spec") -> M: ...
@overload
def validate_ome_json(
    text: str | bytes, cls: UnionType | None = None, version: str | None = None, *, profile: str = "spec"
) -> Model: ...
def validate_ome_json(
    text: str | bytes, cls: ModelType | None = None, version: str | None = None, *, profile: str = "spec"
) -> Model:
    """Return the typed object that a JSON document holds; raise ValidationError when it is not valid.

    The error carries the whole report. Takes the documents that `check_json` takes.
    """
    validator = validator_of(version=version, profile=profile)
    text = checked_text(text)
    value, problems = parse_json(text)
    strict = profile == "strict"
    if not problems and strict:  # a warning
        problems = repeated_keys(text, value)
    if problems:
        report = Report(url="", version=validator.settings.version, issues=problems)
        raise ValidationError(report.strictly(strict))
    return validator.typed(value, cls)


@overload
def validate_ome_object(obj: object, cls: type[M], version: str | None = None, *, profile: str = "spec") -> M: ...
@overload
def validate_ome_object(
    obj: object, cls: UnionType | None = None, version: str | None = None, *, profile: str = "spec"
) -> Model: ...
def validate_ome_object(
    obj: object, cls: ModelType | None = None, version: str | None = None, *, profile: str = "spec"
) -> Model:
    """Return the typed object that a Python object (dict or model) stands for; raise ValidationError."""
    return validator_of(version=version, profile=profile).typed(obj, cls)


def check_store(
    uri: object,
    *,
    registry: Registry | None = None,
    storage_options: Mapping[str, object] | None = None,
    on_node: Listener | None = None,
    on_progress: Callable[[ReadStats], None] | None = None,
    executor: Executor | None = None,
    **options: Unpack[Options],
) -> Report:
    """Check the whole hierarchy below a path, address or `Store`: every document that its metadata names.

    Reads metadata only, never pixels, and nothing outside the store. Never raises for bad data.
    ``storage_options`` are handed to whatever opens the address (see docs/remote.md), ``on_node`` is called
    with every group and array once it is evaluated, ``on_progress`` after every batch that was read. With an
    ``executor`` the parts of a plate are evaluated by its workers, and ``on_node`` is not called for these.
    The options are those of `check_json`. Raises UsageError for a version, profile or kind of address that there
    is not.
    """
    validator = validator_of(registry, **options)
    if executor is not None:
        report: Report = _check_divided(validator, uri, storage_options, executor)
        return report
    return validator.store(uri, storage_options, Listeners(on_node, on_progress))


def validate_zarr_store(
    uri: object,
    *,
    version: str | None = None,
    profile: str = "spec",
    storage_options: Mapping[str, object] | None = None,
) -> Model:
    """Check a whole store; return the typed document of its root, or raise ValidationError."""
    report = check_store(uri, version=version, profile=profile, storage_options=storage_options)
    if not report.valid:
        raise ValidationError(report)
    return load_root(uri, version=report.version, storage_options=storage_options)


def load_root(uri: object, *, version: str | None = None, storage_options: Mapping[str, object] | None = None) -> Model:
    """Return the typed document at the root of a store; raise ValidationError when there is none or it is broken."""
    registry = default_registry()
    setup = Setup(registry, Settings.of(version=version))
    store = store_of(uri, registry, storage_options)
    reader = Reader(store)
    root = read_root(reader, setup.specs, setup.settings.version)
    chosen = choose(setup, root, reader)
    if not isinstance(chosen, Chosen):
        raise ValidationError(report_of(Partial(url=store.url, sections=one_section(chosen)), Settings()))
    document = root.documents[chosen.zarr_format]
    value = document.raw if chosen.zarr_format == 3 else document.attributes
    evaluated = evaluate_document(setup, value, chosen.spec.version)
    report = report_of(evaluated.partial, Settings())
    broken = [i for i in report.issues if i.rule.startswith("structure-") and i.severity.value == "error"]
    if evaluated.model is None or broken or document.problems:
        issues = [*document.problems, *report.issues]
        raise ValidationError(Report(url=store.url, version=report.version, kind=report.kind, issues=issues))
    return evaluated.model
