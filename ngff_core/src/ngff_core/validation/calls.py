"""The calls that users need: check JSON, objects and stores, and get reports or typed objects back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ngff_core.checking.settings import PROFILES, Settings
from ngff_core.crawl.reader import Reader
from ngff_core.errors import UsageError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.plugins.registry import Registry, default_registry
from ngff_core.report.report import Report, ValidationError
from ngff_core.report.stats import ReadStats
from ngff_core.stores.capabilities import archive_of, is_store
from ngff_core.structure.converter import unstructure
from ngff_core.structure.model import Model
from ngff_core.validation.document import check_document, check_value, finish, settle
from ngff_core.validation.store import choose_root, crawl_with, nothing_here, read_root
from ngff_core.words import suggestion
from ngff_core.zarr.text import parse_json

if TYPE_CHECKING:
    from ngff_core.config.load import Source
    from ngff_core.crawl.scope import Share
    from ngff_core.stores import Store

__all__ = [
    "check_json",
    "check_object",
    "check_store",
    "load_root",
    "settings_of",
    "store_of",
    "validate_ome_json",
    "validate_ome_object",
    "validate_zarr_store",
]

M = TypeVar("M", bound=Model)


def check_json(
    text: str | bytes,
    *,
    version: str | None = None,
    profile: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    preview: Sequence[str] = (),
    config: Source | None = None,
    cls: type[Model] | None = None,
    registry: Registry | None = None,
) -> Report:
    """Check one JSON document: the content of ``.zattrs``, a whole ``zarr.json``, or its attributes.

    Never raises for bad data: whatever is wrong is in the report. ``version`` forces a version of the
    specification, ``profile`` is ``"spec"``, ``"lenient"`` or ``"strict"``, ``select`` and ``ignore`` name rules,
    ``preview`` those that only run where they are asked for, and ``cls`` says that the document is one object of that
    model class. ``config`` is a configuration file (docs/configuration.md), which the other arguments go before; none
    is looked for. Raises UsageError for a version, a profile or a name in the configuration that there is not.
    """
    registry = registry or default_registry()
    settings = settings_of(registry, version, profile, select, ignore, preview, config)
    value, problems = parse_json(text)
    if problems and value is None:
        return Report(url="", version=settings.version, issues=problems, profile=settings.profile)
    report, _ = check_value(value, settings, registry, cls)
    report.issues[:0] = problems
    return settle(report, settings, registry)


def check_object(
    obj: Any,
    *,
    version: str | None = None,
    profile: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    preview: Sequence[str] = (),
    config: Source | None = None,
    cls: type[Model] | None = None,
    registry: Registry | None = None,
) -> Report:
    """Check a model, or the Python form of a JSON document; otherwise like `check_json`."""
    registry = registry or default_registry()
    settings = settings_of(registry, version, profile, select, ignore, preview, config)
    value, cls = _plain(obj, cls, registry)
    report, _ = check_value(value, settings, registry, cls)
    return settle(report, settings, registry)


@overload
def validate_ome_json(text: str | bytes, cls: type[M], version: str | None = None, *, profile: str = "spec") -> M: ...
@overload
def validate_ome_json(
    text: str | bytes, cls: None = None, version: str | None = None, *, profile: str = "spec"
) -> Model: ...
def validate_ome_json(
    text: str | bytes, cls: type[Model] | None = None, version: str | None = None, *, profile: str = "spec"
) -> Model:
    """Return the typed object that a JSON document holds; raise ValidationError when it is not valid.

    The error carries the whole report. Takes the documents that `check_json` takes.
    """
    value, problems = parse_json(text)
    if problems:
        raise ValidationError(Report(url="", version=version, issues=problems))
    return validate_ome_object(value, cls, version, profile=profile)


@overload
def validate_ome_object(obj: Any, cls: type[M], version: str | None = None, *, profile: str = "spec") -> M: ...
@overload
def validate_ome_object(obj: Any, cls: None = None, version: str | None = None, *, profile: str = "spec") -> Model: ...
def validate_ome_object(
    obj: Any, cls: type[Model] | None = None, version: str | None = None, *, profile: str = "spec"
) -> Model:
    """Return the typed object that a Python object (dict or model) stands for; raise ValidationError."""
    registry = default_registry()
    settings = settings_of(registry, version, profile)
    value, cls = _plain(obj, cls, registry)
    report, typed = check_value(value, settings, registry, cls)
    if not settle(report, settings, registry).valid or typed is None:
        raise ValidationError(report)
    return typed


def check_store(
    uri: Any,
    *,
    version: str | None = None,
    profile: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    preview: Sequence[str] = (),
    config: Source | None = None,
    registry: Registry | None = None,
    storage_options: Mapping[str, Any] | None = None,
    on_node: Callable[[GroupNode | ArrayNode], None] | None = None,
    on_progress: Callable[[ReadStats], None] | None = None,
    share: Share | None = None,
) -> Report:
    """Check the whole hierarchy below a path, address or `Store`: every document that its metadata names.

    Reads metadata only, never pixels, and nothing outside the store. Never raises for bad data.
    ``storage_options`` are handed to whatever opens the address (see docs/remote.md), ``on_node`` is called
    with every group and array once it is judged, ``on_progress`` after every batch that was read; ``share`` is the part
    of a plate that `ngff_core.shard` asks for.
    Further arguments are those of `check_json`. Raises UsageError for a version, profile or kind of address that there
    is not.
    """
    registry = registry or default_registry()
    settings = settings_of(registry, version, profile, select, ignore, preview, config)
    version = settings.version
    if version is not None:
        registry.spec(version)
    store = store_of(uri, registry, storage_options)
    report = Report(url=store.url, profile=settings.profile)
    reader = Reader(store, on_progress)
    report.traffic = reader.traffic
    root = read_root(reader, registry.specs.values(), version)
    chosen = choose_root(root, version, registry, report, reader)
    if chosen is None:
        return _with_archive(report, store, registry, settings)
    spec, zarr_format = chosen
    checker = registry.checker(spec.version, settings)
    converter = registry.converter(spec.version)
    if share is not None and archive_of(store) is not None:
        if not share.first:
            return report
        share = None  # rules on archives look at the arrays of all wells together
    crawled, crawler = crawl_with(checker, converter, reader, zarr_format, root.read, on_node, share)
    report.version = spec.version
    report.issues += crawled.issues
    report.counts = dict(crawled.counts)
    if isinstance(crawled.node, GroupNode):
        report.kind = crawled.node.kind
        if crawled.node.kind is None and not report.issues and (share is None or share.first):
            report.issues.append(nothing_here(reader, registry))
    judged = len(report.issues)
    finish(report, checker, crawler.seen, registry)
    if share is not None:
        share.rules = lambda: checker.rules_seen(crawler.seen)
        report.issues = share.settle(report.issues, judged)
        report.share = share if share.divided else None
    report = _with_archive(report, store, registry, settings, crawled.node, crawler.unsharded)
    return settle(report, settings, registry)


def validate_zarr_store(
    uri: Any,
    *,
    version: str | None = None,
    profile: str = "spec",
    storage_options: Mapping[str, Any] | None = None,
) -> Model:
    """Check a whole store; return the typed document of its root, or raise ValidationError."""
    report = check_store(uri, version=version, profile=profile, storage_options=storage_options)
    if not report.valid:
        raise ValidationError(report)
    return load_root(uri, version=report.version, storage_options=storage_options)


def load_root(uri: Any, *, version: str | None = None, storage_options: Mapping[str, Any] | None = None) -> Model:
    """Return the typed document at the root of a store; raise ValidationError when there is none or it is broken."""
    registry = default_registry()
    store = store_of(uri, registry, storage_options)
    report = Report(url=store.url)
    reader = Reader(store)
    root = read_root(reader, registry.specs.values(), version)
    chosen = choose_root(root, version, registry, report, reader)
    if chosen is None:
        raise ValidationError(report)
    spec, zarr_format = chosen
    document = root.documents[zarr_format]
    value = document.raw if zarr_format == 3 else document.attributes
    settings = Settings(version=spec.version)
    found, typed = check_document(value, spec.version, settings, registry)
    broken = [i for i in found.issues if i.rule.startswith("structure-") and i.severity.value == "error"]
    if typed is None or broken or document.problems:
        found.url = store.url
        found.issues = [*document.problems, *found.issues]
        raise ValidationError(found)
    return typed


def _with_archive(
    report: Report, store: Store, registry: Registry, settings: Settings, root: Any = None, unsharded: int = 0
) -> Report:
    """Add what is found in the archive itself, where the store is one."""
    archive = archive_of(store)
    if archive is None:
        return report
    from ngff_core.validation.archive import judge_archive

    version = (root.ome or {}).get("version") if isinstance(root, GroupNode) else None
    return judge_archive(report, archive, registry, settings, version, unsharded)


def settings_of(
    registry: Registry,
    version: str | None = None,
    profile: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    preview: Sequence[str] = (),
    config: Source | None = None,
) -> Settings:
    """Return the settings that arguments stand for, with those of a configuration where they say nothing."""
    if profile is not None and profile not in PROFILES:
        near = suggestion(profile, PROFILES, f"expected one of {', '.join(PROFILES)}")
        raise UsageError(f"unknown profile {profile!r}{near}")
    if config is None:
        return Settings(profile or "spec", tuple(select), tuple(ignore), version, tuple(preview))
    from ngff_core.config.load import load_configuration

    return load_configuration(config, registry).with_arguments(version, profile, select, ignore, preview)


def _plain(obj: Any, cls: type[Model] | None, registry: Registry) -> tuple[Any, type[Model] | None]:
    """Return the plain JSON values that an object stands for, and the class to check them as."""
    if isinstance(obj, Model):
        cls = cls or type(obj)
    version = (cls.VERSION if cls is not None else None) or next(iter(registry.specs), "")
    return unstructure(registry.converter(version), obj), cls


def store_of(uri: Any, registry: Registry, storage_options: Mapping[str, Any] | None = None) -> Store:
    """Return the store behind a path or address, or the store itself."""
    if isinstance(uri, (str, PathLike)):
        return registry.open_store(str(uri), storage_options)
    if is_store(uri):
        return uri
    from ngff_core.stores.adapters.adapt import EXPECTED, store_for

    store = store_for(uri)
    if store is None:
        raise UsageError(f"expected {EXPECTED}, got {type(uri).__name__}")
    return store
