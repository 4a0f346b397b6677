"""The calls that users need: check JSON, objects and stores, and get reports or typed objects back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ngff_core.catalogue import reachable
from ngff_core.check import PROFILES, Checker, Seen, Settings
from ngff_core.crawl import Crawled, Crawler, Request, crawl, hierarchy_issues
from ngff_core.discover import roots_below
from ngff_core.documents import GroupDocument, group_document, parse_json
from ngff_core.errors import StoreError, UsageError, ValidationError, distribution_of
from ngff_core.findings import finding
from ngff_core.hierarchy import ArrayNode, GroupNode
from ngff_core.issue import Issue, abbreviate
from ngff_core.plugins import Registry, default_registry
from ngff_core.report import Report
from ngff_core.spec import Claim, Spec, choose_spec, claim_of
from ngff_core.structure import Fault, Model, structure, unstructure

if TYPE_CHECKING:
    from cattrs import Converter

    from ngff_core.stores import Store

__all__ = [
    "check_json",
    "check_object",
    "check_store",
    "validate_ome_json",
    "validate_ome_object",
    "validate_zarr_store",
]

M = TypeVar("M", bound=Model)
ROOT_KEYS = ("zarr.json", ".zgroup", ".zattrs", ".zarray")


# --- documents --------------------------------------------------------------------------------------


def check_json(
    text: str | bytes,
    *,
    version: str | None = None,
    profile: str = "spec",
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    cls: type[Model] | None = None,
    registry: Registry | None = None,
) -> Report:
    """Check one JSON document: the content of ``.zattrs``, a whole ``zarr.json``, or its attributes.

    Never raises for bad data: whatever is wrong is in the report. ``version`` forces a version of the
    specification, ``profile`` is ``"spec"`` or ``"lenient"``, ``select`` and ``ignore`` name rules, and ``cls`` says
    that the document is one object of that model class. Raises UsageError for a version or profile
    that there is not.
    """
    settings = _settings(version, profile, select, ignore)
    value, problems = parse_json(text.encode() if isinstance(text, str) else bytes(text))
    if problems and value is None:
        return Report(url="", version=version, issues=problems)
    report, _ = _check_value(value, settings, registry or default_registry(), cls)
    report.issues[:0] = problems
    return report


def check_object(
    obj: Any,
    *,
    version: str | None = None,
    profile: str = "spec",
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    cls: type[Model] | None = None,
    registry: Registry | None = None,
) -> Report:
    """Check a model, or the Python form of a JSON document; otherwise like `check_json`."""
    registry = registry or default_registry()
    report, _ = _check_value(obj, _settings(version, profile, select, ignore), registry, cls)
    return report


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
    value, problems = parse_json(text.encode() if isinstance(text, str) else bytes(text))
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
    report, typed = _check_value(obj, _settings(version, profile, (), ()), registry, cls)
    if not report.valid or typed is None:
        raise ValidationError(report)
    return typed


def _settings(version: str | None, profile: str, select: Sequence[str], ignore: Sequence[str]) -> Settings:
    if profile not in PROFILES:
        raise UsageError(f"unknown profile {profile!r}, expected one of {', '.join(PROFILES)}")
    return Settings(version=version, profile=profile, select=tuple(select), ignore=tuple(ignore))


def _check_value(
    obj: Any, settings: Settings, registry: Registry, cls: type[Model] | None
) -> tuple[Report, Model | None]:
    if isinstance(obj, Model):
        cls = cls or type(obj)
    version = settings.version or (cls.VERSION if cls is not None else None)
    any_converter = registry.converter(version or next(iter(registry.specs), ""))
    value = unstructure(any_converter, obj) if not _is_plain(obj) else obj
    if not isinstance(value, dict):
        found = abbreviate(value)
        issue = finding("document-not-object", f"found {found}, expected object", found=found, expected="object")
        return Report(url="", version=version, issues=[issue]), None
    if cls is not None and cls.VERSION is None:
        return _check_part(cls, value, version, settings, registry)
    return _check_document(value, version, settings, registry, cls)


def _is_plain(obj: Any) -> bool:
    """Tell whether an object came straight from JSON; looks at the top only."""
    return obj.__class__ is dict and not any(isinstance(v, (Model, tuple)) for v in obj.values())


def _check_part(
    cls: type[Model], value: dict[str, Any], version: str | None, settings: Settings, registry: Registry
) -> tuple[Report, Model | None]:
    if version is None:
        claim = claim_of(registry.specs.values(), value)
        spec = choose_spec(list(registry.specs.values()), claim, None) if claim else None
        version = spec.version if spec else max(registry.specs, default="")
    checker = registry.checker(version, settings)
    typed, faults = structure(registry.converter(version), value, cls)
    seen: Seen = set()
    kind = _kind_with(registry.spec(version), cls)
    issues = checker.check_model(typed, faults, base=(), document=None, kind=kind, seen=seen)
    issues = [issue._replace(kind=None) for issue in issues]
    report = Report(url="", version=version, kind=cls.__name__, issues=issues)
    return _finish(report, checker, seen, registry), typed


def _kind_with(spec: Spec, cls: type[Model]) -> str | None:
    """Return the first kind of group whose metadata has parts of a class."""
    return next((kind.name for kind in spec.kinds if cls in reachable(kind.load(), set())), None)


def _check_document(
    value: dict[str, Any],
    version: str | None,
    settings: Settings,
    registry: Registry,
    cls: type[Model] | None = None,
) -> tuple[Report, Model | None]:
    specs = list(registry.specs.values())
    whole = "attributes" in value or value.get("node_type") in ("group", "array")
    attributes = value.get("attributes") if whole else value
    attributes = attributes if isinstance(attributes, dict) else {}
    claim = claim_of(specs, attributes)
    spec = registry.spec(version) if version else None
    if claim is None and spec is None:
        issue = finding(
            "store-without-metadata",
            "the document holds no OME-Zarr metadata",
            found=abbreviate(value),
            expected=f"one of the keys {', '.join(_known_keys(specs))}",
        )
        return Report(url="", issues=[issue]), None
    spec = spec or choose_spec(specs, claim, 3 if whole else None)  # type: ignore[arg-type]
    if spec is None:
        assert claim is not None
        return Report(url="", issues=[_no_spec(claim, registry)]), None
    bare = not whole and claim is not None and not claim.namespaced and _is_bare(value, spec)
    claim = Claim(value, (), value.get("version"), True) if bare else claim_of([spec], attributes)
    document = GroupDocument(
        spec.zarr_format, "zarr.json" if whole else "", ("attributes",) if whole else (), attributes, value
    )
    return _judge_alone(document, claim, spec, settings, registry, whole=whole, bare=bare, cls=cls)


def _is_bare(value: dict[str, Any], spec: Spec) -> bool:
    """Tell whether a document is the content of the namespace itself: it states its version at the top."""
    return spec.namespace is not None and isinstance(value.get("version"), str)


def _judge_alone(
    document: GroupDocument,
    claim: Claim | None,
    spec: Spec,
    settings: Settings,
    registry: Registry,
    *,
    whole: bool,
    bare: bool,
    cls: type[Model] | None,
) -> tuple[Report, Model | None]:
    checker = registry.checker(spec.version, settings)
    converter = registry.converter(spec.version)
    ome = claim.ome if claim else {}
    named = next((kind for kind in spec.kinds if cls is not None and kind.load() is cls), None)
    kind = named or spec.kind_of(ome)
    base = claim.base if claim else ()
    typed: Model | None = None
    issues: list[Issue] = []
    faults: list[Fault] = []
    seen: Seen = {(kind.name if kind else None, GroupNode)}
    if kind is not None:
        typed, faults = structure(converter, ome, kind.load())
        issues = checker.check_model(
            typed, faults, base=(*document.base, *base), document=None, kind=kind.name, seen=seen
        )
    node = GroupNode(
        "",
        document,
        spec,
        kind=kind.name if kind else None,
        ome=ome if claim else None,
        base=base,
        namespaced=claim is not None and claim.namespaced,
        model=typed,
        faults=faults,
    )
    issues = checker.in_order([*issues, *checker.check_group(node, alone=True)], node.kind)
    if kind is None and not issues:
        keys = ", ".join(_known_keys([spec]))
        issues.append(
            finding("store-without-metadata", "the document holds no OME-Zarr metadata", expected=f"one of {keys}")
        )
    report = Report(url="", version=spec.version, kind=kind.name if kind else None, issues=issues)
    if (
        typed is not None
        and named is None
        and not bare
        and spec.namespace is not None
        and claim is not None
        and claim.namespaced
    ):
        load = spec.load_document if whole else spec.load_attributes
        if load is not None:
            typed, _ = structure(converter, document.raw, load())
    return _finish(report, checker, seen, registry), typed


def _finish(report: Report, checker: Checker, seen: Seen, registry: Registry) -> Report:
    report.tally = lambda: checker.tally(seen)
    for info in registry.failures:
        message = f"plugin {info.name!r} of {info.distribution} failed, its rules did not run: {info.error}"
        report.issues.append(finding("plugin-failed", message))
    return report


def _known_keys(specs: Sequence[Spec]) -> list[str]:
    names = [spec.namespace for spec in specs if spec.namespace]
    return list(dict.fromkeys([*names, *(key for spec in specs for kind in spec.kinds for key in kind.keys)]))


def _no_spec(claim: Claim, registry: Registry) -> Issue:
    installed = ", ".join(registry.specs) or "none"
    if claim.version is None or not isinstance(claim.version, (str, float)):
        return finding(
            "version-undetermined",
            f"no version is stated, and the metadata resembles no installed version (installed: {installed})",
            hint="name the version with --version, or install the plugin of an older one",
        )
    return finding(
        "version-not-installed",
        f"the metadata follows version {abbreviate(str(claim.version))}, which is not installed"
        f" (installed: {installed})",
        found=abbreviate(claim.version),
        hint=f"pip install {distribution_of(str(claim.version))}, or judge it as another version with --version",
    )


# --- stores -----------------------------------------------------------------------------------------


def check_store(
    uri: Any,
    *,
    version: str | None = None,
    profile: str = "spec",
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    registry: Registry | None = None,
    on_node: Callable[[GroupNode | ArrayNode], None] | None = None,
) -> Report:
    """Check the whole hierarchy below a path, address or `Store`: every document that its metadata names.

    Reads metadata only, never pixels, and nothing outside the store. Never raises for bad data.
    Raises UsageError for a version, profile or kind of address that there is not.
    """
    settings = _settings(version, profile, select, ignore)
    registry = registry or default_registry()
    if version is not None:
        registry.spec(version)
    store = store_of(uri, registry)
    report = Report(url=store.url)
    root = _read_root(store, report)
    if root is None:
        return report
    chosen = _choose(root, version, registry, report, store)
    if chosen is None:
        return report
    spec, zarr_format = chosen
    checker = registry.checker(spec.version, settings)
    crawled, crawler = crawl_with(checker, registry.converter(spec.version), store, zarr_format, on_node)
    report.version = spec.version
    report.issues = checker.keep(crawled.issues)
    report.counts = dict(crawled.counts)
    if isinstance(crawled.node, GroupNode):
        report.kind = crawled.node.kind
        if crawled.node.kind is None and not report.issues:
            report.issues.append(_nothing_here(store, registry))
    return _finish(report, checker, crawler.seen, registry)


def validate_zarr_store(uri: Any, *, version: str | None = None, profile: str = "spec") -> Model:
    """Check a whole store; return the typed document of its root, or raise ValidationError."""
    report = check_store(uri, version=version, profile=profile)
    if not report.valid:
        raise ValidationError(report)
    return load_root(uri, version=report.version)


def load_root(uri: Any, *, version: str | None = None) -> Model:
    """Return the typed document at the root of a store; raise ValidationError when there is none or it is broken."""
    registry = default_registry()
    store = store_of(uri, registry)
    report = Report(url=store.url)
    root = _read_root(store, report)
    chosen = _choose(root, version, registry, report, store) if root is not None else None
    if root is None or chosen is None:
        raise ValidationError(report)
    spec, zarr_format = chosen
    document = root[zarr_format]
    value = document.raw if zarr_format == 3 else document.attributes
    settings = Settings(version=spec.version)
    found, typed = _check_document(value, spec.version, settings, registry)
    broken = [i for i in found.issues if i.rule.startswith("structure-") and i.severity.value == "error"]
    if typed is None or broken or document.problems:
        found.url = store.url
        found.issues = [*document.problems, *found.issues]
        raise ValidationError(found)
    return typed


def crawl_with(
    checker: Checker,
    converter: Converter,
    store: Store,
    zarr_format: int,
    on_node: Callable[[GroupNode | ArrayNode], None] | None = None,
) -> tuple[Crawled, Crawler]:
    """Crawl a store with a checker; return what came of it, and the crawler."""
    crawler = Crawler(checker, converter, zarr_format=zarr_format, lists=store.lists_cheaply, on_node=on_node)
    running = crawl(crawler.visit("", None), store.batch)
    try:
        request: Request = next(running)
        while True:
            values = store.get_many(request.keys) if request.keys else []
            listings = [store.list(prefix) for prefix in request.prefixes]
            request = running.send((values, listings))
    except StopIteration as stop:
        crawled: Crawled = stop.value
    if isinstance(crawled.node, GroupNode):
        crawled.issues += hierarchy_issues(crawler, crawled.node)
    return crawled, crawler


def store_of(uri: Any, registry: Registry) -> Store:
    if isinstance(uri, str) or hasattr(uri, "__fspath__"):
        return registry.open_store(str(uri))
    if hasattr(uri, "get_many") and hasattr(uri, "list"):
        return uri  # type: ignore[no-any-return]
    raise UsageError(f"expected a path, an address or a store, got {type(uri).__name__}")


def _read_root(store: Store, report: Report) -> dict[int, GroupDocument] | None:
    """Read the documents at the root, of either Zarr format; notes in the report why there is none."""
    values = dict(zip(ROOT_KEYS, store.get_many(ROOT_KEYS), strict=True))
    failed = {name: value for name, value in values.items() if isinstance(value, StoreError)}
    good = {name: value for name, value in values.items() if not isinstance(value, StoreError)}
    documents: dict[int, GroupDocument] = {}
    for zarr_format in (3, 2):
        document = group_document(zarr_format, good)
        if document is not None:
            documents[zarr_format] = document
    if documents:
        return documents
    if good.get(".zarray") is not None:
        report.issues.append(_array_here())
        return None
    for name, error in failed.items():
        report.issues.append(finding("document-unreadable", f"{name} could not be read: {error}", document=name))
    if not failed:
        return {}
    return None


def _choose(
    root: dict[int, GroupDocument], version: str | None, registry: Registry, report: Report, store: Store
) -> tuple[Spec, int] | None:
    """Choose the version and the Zarr format to judge by; the newer format wins where both have metadata."""
    specs = list(registry.specs.values())
    if not root:
        report.issues.append(_nothing_here(store, registry))
        return None
    if root.get(3) is not None and root[3].raw.get("node_type") == "array" and 2 not in root:
        report.issues.append(_array_here())
        return None
    claims = {zarr_format: claim_of(specs, document.attributes) for zarr_format, document in root.items()}
    best = next((f for f in root if claims[f] is not None), next(iter(root)))
    if version is not None:
        spec = registry.spec(version)
        return spec, spec.zarr_format if claims.get(spec.zarr_format) is not None else best
    claim = claims[best]
    if claim is None:
        problems = [p for document in root.values() for p in document.problems]
        report.issues += problems or [_nothing_here(store, registry)]
        return None
    spec_found = choose_spec(specs, claim, best)
    if spec_found is None:
        report.issues.append(_no_spec(claim, registry))
        return None
    return spec_found, best


def _array_here() -> Issue:
    return finding(
        "store-without-metadata",
        "this is an array, one resolution level perhaps; OME-Zarr metadata is in groups",
        hint="try the directory above",
    )


def _nothing_here(store: Store, registry: Registry) -> Issue:
    names = store.list("")
    if not names:
        return finding("store-not-found", "there is nothing here, or no Zarr group", hint="check the path")
    below = roots_below(store, list(registry.specs.values()))
    if below:
        shown = ", ".join(below[:5]) + (", ..." if len(below) > 5 else "")
        return finding(
            "store-without-metadata", "no OME-Zarr metadata here, but below", found=shown, hint=f"try {below[0]}"
        )
    return finding("store-without-metadata", "no OME-Zarr metadata here, nor below")
