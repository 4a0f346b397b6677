"""Judge one document by itself: find the version it follows, structure it, and run the rules that need no store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ngff_core.checking.catalogue import reachable
from ngff_core.checking.checker import Checker, Seen
from ngff_core.checking.settings import Settings
from ngff_core.errors import distribution_of
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.plugins.registry import Registry
from ngff_core.report.report import Report
from ngff_core.spec.detect import Claim, choose_spec, claim_at_root, claim_of
from ngff_core.spec.spec import Spec
from ngff_core.structure.converter import structure
from ngff_core.structure.faults import Fault
from ngff_core.structure.model import Model
from ngff_core.words import abbreviate
from ngff_core.zarr.group import GroupDocument

__all__ = ["check_document", "check_value", "finish", "known_keys", "no_spec", "settle"]


def check_value(
    value: Any, settings: Settings, registry: Registry, cls: type[Model] | None
) -> tuple[Report, Model | None]:
    """Check plain JSON values; return the report and as much of the typed object as there is."""
    version = settings.version or (cls.VERSION if cls is not None else None)
    if not isinstance(value, dict):
        found = abbreviate(value)
        issue = finding("document-not-object", f"found {found}, expected object", found=found, expected="object")
        return Report(url="", version=version, issues=[issue]), None
    if cls is not None and cls.VERSION is None:
        return check_part(cls, value, version, settings, registry)
    return check_document(value, version, settings, registry, cls)


def check_part(
    cls: type[Model], value: dict[str, Any], version: str | None, settings: Settings, registry: Registry
) -> tuple[Report, Model | None]:
    """Check an object that is part of a document, such as an axis, against its class."""
    if version is None:
        claim = claim_of(registry.specs.values(), value)
        spec = choose_spec(list(registry.specs.values()), claim, None) if claim else None
        spec = spec or registry.newest()
        version = spec.version if spec else ""
    checker = registry.checker(version, settings)
    typed, faults = structure(registry.converter(version), value, cls)
    seen: Seen = set()
    kind = _kind_with(registry.spec(version), cls)
    issues = checker.check_model(typed, faults, base=(), document=None, kind=kind, seen=seen)
    issues = [issue._replace(kind=None) for issue in issues]
    report = Report(url="", version=version, kind=cls.__name__, issues=issues)
    return finish(report, checker, seen, registry), typed


def _kind_with(spec: Spec, cls: type[Model]) -> str | None:
    """Return the first kind of group whose metadata has parts of a class."""
    return next((kind.name for kind in spec.kinds if cls in reachable(kind.load(), set())), None)


def check_document(
    value: dict[str, Any],
    version: str | None,
    settings: Settings,
    registry: Registry,
    cls: type[Model] | None = None,
) -> tuple[Report, Model | None]:
    """Check a document: what .zattrs holds, a whole zarr.json, its attributes, or the OME metadata in them."""
    specs = list(registry.specs.values())
    whole = "attributes" in value or value.get("node_type") in ("group", "array")
    attributes = value.get("attributes") if whole else value
    attributes = attributes if isinstance(attributes, dict) else {}
    claim = claim_at_root(specs, attributes)
    spec = registry.spec(version) if version else None
    if claim is None and spec is None:
        issue = finding(
            "store-without-metadata",
            "the document holds no OME-Zarr metadata",
            found=abbreviate(value),
            expected=f"one of the keys {', '.join(known_keys(specs))}",
        )
        return Report(url="", issues=[issue]), None
    spec = spec or choose_spec(specs, claim, 3 if whole else None)  # type: ignore[arg-type]
    if spec is None:
        assert claim is not None
        return Report(url="", issues=[no_spec(claim, registry)]), None
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
        kind=kind.name if kind else None,
        ome=ome if claim else None,
        base=base,
        namespaced=claim is not None and claim.namespaced,
        model=typed,
        faults=faults,
    )
    issues = checker.in_order([*issues, *checker.check_group(node, alone=True)], node.kind)
    if kind is None and not issues:
        keys = ", ".join(known_keys([spec]))
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
        cls = spec.load_document() if whole else spec.load_attributes()
        if cls is not None:
            typed, _ = structure(converter, document.raw, cls)
    return finish(report, checker, seen, registry), typed


def finish(report: Report, checker: Checker, seen: Seen, registry: Registry) -> Report:
    """Add to a report what does not depend on its data: which rules ran, and which plugins failed."""
    report.tally = lambda: checker.tally(seen)
    report.rule_set = checker.rule_set
    for info in registry.failures:
        message = f"plugin {info.name!r} of {info.distribution} failed, its rules did not run: {info.error}"
        report.issues.append(finding("plugin-failed", message))
    return report


def settle(report: Report, settings: Settings, registry: Registry) -> Report:
    """Leave out of a report what the user does not want, and count it; weigh the rest as the user does.

    Where nothing could be judged, nothing is left out either: what stands in its way is all there is to say.
    """
    report.profile = settings.profile
    if settings.plain or report.version is None or not report.rule_set:
        return report
    from ngff_core.checking.selection import Sieve

    sieve = Sieve(settings, report.url, registry.checker(report.version, settings).names)
    report.issues = sieve.sift(report.issues)
    for (reason, rule), number in sieve.suppressed.items():
        report.suppress(rule, reason, number)
    return report


def known_keys(specs: Sequence[Spec]) -> list[str]:
    """Return the keys by which OME metadata is known."""
    names = [spec.namespace for spec in specs if spec.namespace]
    return list(dict.fromkeys([*names, *(key for spec in specs for kind in spec.kinds for key in kind.keys)]))


def no_spec(claim: Claim, registry: Registry) -> Issue:
    """Say that no installed version answers to what a document claims."""
    installed = ", ".join(registry.specs) or "none"
    if claim.version is None or not isinstance(claim.version, (str, float)):
        return finding(
            "version-undetermined",
            f"no version is stated, and the metadata resembles no installed version (installed: {installed})",
            hint="name the version with --version, or install the plugin of an older one",
        )
    known_form = re.fullmatch(r"\d+\.\d+.*", str(claim.version), re.ASCII)
    install = f"pip install {distribution_of(str(claim.version))}, or " if known_form else ""
    return finding(
        "version-not-installed",
        f"the metadata follows version {abbreviate(str(claim.version))}, which is not installed"
        f" (installed: {installed})",
        found=abbreviate(claim.version),
        hint=f"{install}judge it as another version with --version",
    )
