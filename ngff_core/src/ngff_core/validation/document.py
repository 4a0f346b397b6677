"""Evaluate one document by itself: find the version it follows, structure it, and run the rules that need no store."""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType

from ngff_core.checking.checker import Checker, Seen, Version
from ngff_core.crawl.targets import not_among
from ngff_core.hierarchy.nodes import ArrayNode, GroupMetadata, GroupNode
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.references import Reference
from ngff_core.report.partial import Partial
from ngff_core.spec.detect import Claim, choose_spec, claim_at_root, claim_of
from ngff_core.spec.near_keys import known_keys, with_meant_key
from ngff_core.spec.spec import Kind, Spec
from ngff_core.spec.typed import metadata_beside, typed_metadata
from ngff_core.structure.annotations import iter_models
from ngff_core.structure.converter import structure
from ngff_core.structure.model import Model
from ngff_core.structure.own_classes import ModelType
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.validation.outcome import Evaluated, one_section
from ngff_core.validation.root import metadata_on_array
from ngff_core.validation.setup import Setup
from ngff_core.words import abbreviate
from ngff_core.zarr.array import read_array
from ngff_core.zarr.group import GroupDocument, not_said, says_group

__all__ = ["evaluate", "evaluate_document"]

_version_of = Reference("ngff_core.validation.parts:version_of")
_evaluate_part = Reference("ngff_core.validation.parts:evaluate_part")  # most of what is evaluated is a document
_faults_of_copies = Reference("ngff_core.zarr.consolidated:faults_of_v3")  # few documents have such copies
_GROUPS: frozenset[type] = frozenset([GroupNode])


class _Read:
    """A document as it is read by a version.

    ``whole``: it is a ``zarr.json``, else its attributes, or what ``.zattrs`` holds; ``bare``: it is what lies under
    the namespace itself.
    """

    __slots__ = ("bare", "claim", "document", "whole")

    def __init__(self, document: GroupDocument, claim: Claim | None, whole: bool, bare: bool) -> None:
        self.document = document
        self.claim = claim
        self.whole = whole
        self.bare = bare


def evaluate(setup: Setup, value: JSON, cls: ModelType | None) -> Evaluated:
    """Evaluate a JSON value, as an object of a model class, or of one of a union, if that is given."""
    if isinstance(cls, UnionType):
        cls = _one_of(setup, value, cls)
    version = setup.settings.version or (cls.VERSION if cls is not None else None)
    if not isinstance(value, dict):
        found = abbreviate(value)
        issue = finding("document-not-object", f"found {found}, expected object", found=found, expected="object")
        return Evaluated(Partial(url="", version=version, sections=one_section([issue])))
    if cls is not None and cls.VERSION is None:
        part: Evaluated = _evaluate_part(setup, value, cls)
        return part
    return evaluate_document(setup, value, version, cls)


def _one_of(setup: Setup, value: JSON, union: UnionType) -> type[Model]:
    """Return the class of a union that a value is to be evaluated as: the one that its keys, or its tag, choose."""
    classes: list[type[Model]] = list(iter_models(union))
    version = setup.settings.version or classes[0].VERSION or _version_of(classes[0], setup.specs) or ""
    if not isinstance(value, dict):
        return classes[0]
    if classes[0].VERSION is None:
        found: object = structure(setup.registry.converter(version), value, union)[0]  # type: ignore[arg-type]
        return type(found) if isinstance(found, Model) else classes[0]
    spec = setup.registry.spec(version)
    attributes = value.get("attributes", value)
    claim = claim_of([spec], attributes) if isinstance(attributes, dict) else None
    kind = spec.kind_of(claim.ome if claim is not None else value)
    chosen: type[Model] | None = kind.load() if kind is not None else None
    return chosen if chosen in classes else classes[0]


def evaluate_document(
    setup: Setup, value: JSONObject, version: str | None, cls: type[Model] | None = None
) -> Evaluated:
    """Evaluate a document: what .zattrs holds, a whole zarr.json, its attributes, or the OME metadata in them."""
    array = _evaluate_array(setup, value, version)
    if array is not None:
        return array
    whole = "attributes" in value or value.get("node_type") in ("group", "array")
    attributes = value.get("attributes") if whole else value
    attributes = attributes if isinstance(attributes, dict) else {}
    claim = claim_at_root(setup.specs, attributes)
    spec = _spec_of(setup, claim, version, 3 if whole else None)
    if isinstance(spec, Issue):
        return Evaluated(Partial(url="", sections=one_section([spec])))
    if spec is None:
        issue = finding(
            "store-without-metadata",
            "the document holds no OME-Zarr metadata",
            found=abbreviate(value),
            expected=f"one of the keys {', '.join(known_keys(setup.specs))}",
        )
        issue = with_meant_key(issue, attributes, setup.specs)
        return Evaluated(Partial(url="", sections=one_section([issue])))
    bases = cls.__mro__ if cls is not None else ()  # it may be a user's own, made from one of these
    named = next((kind for base in bases for kind in spec.kinds if kind.load() is base), None)
    read = _read(value, attributes, claim, spec, whole, named is not None)
    return _evaluate_alone(setup, read, setup.version(spec.version), named)


def _evaluate_array(setup: Setup, value: JSONObject, name: str | None) -> Evaluated | None:
    """Evaluate the document of an array; ``None`` where it is none."""
    zarr_format = 3 if value.get("node_type") == "array" else 2
    if zarr_format == 2 and not (value.get("zarr_format") == 2 and "dtype" in value):
        return None
    attributes = value.get("attributes")
    specs = [spec for spec in setup.specs if spec.zarr_format == zarr_format]
    if not specs:
        return None
    version = setup.version(name or max(specs, key=lambda spec: spec.order).version)
    document = read_array(version.converter, zarr_format, value)
    found = version.checker.check_array(ArrayNode("", document))
    issues = version.checker.in_order([*document.problems, *document.header_issues, *found], None)
    if isinstance(attributes, dict) and claim_at_root(setup.specs, attributes) is not None:
        issues.insert(0, metadata_on_array("zarr.json", ("attributes",)))
    partial = Partial(
        url="",
        version=version.spec.version,
        kind="array",
        sections=one_section([*(issue.moved("", "array") for issue in issues), *setup.failures()]),
        rules=version.checker.rules_seen([(None, frozenset([ArrayNode]))]),
        rule_set=version.checker.rule_set,
        names=version.checker.names,
    )
    return Evaluated(partial)


def _spec_of(setup: Setup, claim: Claim | None, version: str | None, zarr_format: int | None) -> Spec | Issue | None:
    """Return the version to evaluate by, or why it is not installed; ``None``: there is no OME metadata."""
    if version:
        return setup.registry.spec(version)
    if claim is None:
        return None
    return choose_spec(setup.specs, claim, zarr_format) or setup.no_version(claim)


def _read(
    value: JSONObject, attributes: JSONObject, claim: Claim | None, spec: Spec, whole: bool, named: bool
) -> _Read:
    """Find out what a document is; ``named``: it is OME metadata itself, unless it is around some."""
    states = isinstance(value.get("version"), str)  # its version, at the top
    bare = (
        spec.namespace is not None
        and not whole
        and ((named and spec.namespace not in value) or (claim is not None and not claim.namespaced and states))
    )
    claim = Claim(value, (), value.get("version"), True) if bare else claim_of([spec], attributes)
    base = ("attributes",) if whole else ()
    if bare:
        value = attributes = {spec.namespace or "": value}
    # attributes alone may be given without the rest
    alone = spec.zarr_format == 2 or {"zarr_format", "node_type"}.isdisjoint(value)
    marked = not whole or alone or says_group(value)
    document = GroupDocument(spec.zarr_format, "zarr.json" if whole else "", base, attributes, value, marked=marked)
    return _Read(document, claim, whole, bare)


def _evaluate_alone(setup: Setup, read: _Read, version: Version, named: Kind | None) -> Evaluated:
    spec, checker = version.spec, version.checker
    metadata = typed_metadata(
        version.converter, read.document, read.claim, named or spec.kind_of(read.claim.ome if read.claim else {})
    )
    issues: list[Issue] = []
    seen: list[Seen] = [(metadata.kind, _GROUPS)]
    if metadata.kind is not None:
        base = (*read.document.base, *metadata.base)
        issues, classes = checker.check_model(
            metadata.model, metadata.faults, base=base, document=None, kind=metadata.kind
        )
        seen.append(classes)
    alone = checker.check_group(GroupNode("", metadata), alone=True)
    copies = _faults_of_copies(read.document) if "consolidated_metadata" in read.document.raw else ()
    header = not_said(read.document.header_issues, alone) if read.whole else ()
    issues = checker.in_order([*header, *issues, *alone, *copies], metadata.kind)
    for also in metadata_beside(spec, version.converter, metadata):
        issues += _beside(checker, also, issues, seen)
    if metadata.kind is None and not issues:
        keys = f"one of {', '.join(known_keys([spec]))}"
        issue = finding("store-without-metadata", "the document holds no OME-Zarr metadata", expected=keys)
        issues = [with_meant_key(issue, read.claim.ome if read.claim else {}, [spec])]
    partial = Partial(
        url="",
        version=spec.version,
        kind=metadata.kind,
        sections=one_section([*issues, *setup.failures()]),
        rules=checker.rules_seen(seen),
        rule_set=checker.rule_set,
        names=checker.names,
    )
    return Evaluated(partial, _typed(read, version, metadata.model, named))


def _beside(checker: Checker, metadata: GroupMetadata, known: Sequence[Issue], seen: list[Seen]) -> list[Issue]:
    """Return the findings on what a document is besides, but for those that are ``known``."""
    base = (*metadata.document.base, *metadata.base)
    issues, classes = checker.check_model(metadata.model, metadata.faults, base=base, document=None, kind=metadata.kind)
    alone = checker.check_group(GroupNode("", metadata), alone=True)
    seen += [(metadata.kind, _GROUPS), classes]
    return not_among(known, checker.in_order([*issues, *alone], metadata.kind))


def _typed(read: _Read, version: Version, model: Model | None, named: Kind | None) -> Model | None:
    """Return the typed object that a document stands for: the whole of it where the version has a model of that."""
    inside = read.claim is not None and read.claim.namespaced and not read.bare
    if model is None or named is not None or not inside or version.spec.namespace is None:
        return model
    cls = version.spec.load_document() if read.whole else version.spec.load_attributes()
    return structure(version.converter, read.document.raw, cls)[0] if cls is not None else model
