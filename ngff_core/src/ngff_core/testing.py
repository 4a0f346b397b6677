"""Helpers for authors of rules and plugins: run the examples of rules, and build small stores.

Works with any test runner; with pytest::

    @pytest.mark.parametrize("case", example_cases(RULES, "0.5"), ids=str)
    def test_example(case):
        case.check()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import orjson

from ngff_core.catalogue import reachable
from ngff_core.check import Checker
from ngff_core.hierarchy import ArrayNode, GroupNode, Hierarchy
from ngff_core.issue import Issue
from ngff_core.judge_store import crawl_with
from ngff_core.plugins import Registry, default_registry
from ngff_core.reader import Reader
from ngff_core.rule import Array, Example, Rule
from ngff_core.settings import Settings
from ngff_core.spec import Spec
from ngff_core.stores import MemoryStore
from ngff_core.structure import structure

__all__ = [
    "ExampleCase",
    "array",
    "array_json",
    "build_store",
    "example_cases",
    "findings_of",
    "group_json",
    "write_store",
]

array = Array


@attrs.frozen
class ExampleCase:
    """One example of a rule, ready to be checked."""

    rule: Rule
    version: str
    example: Example
    valid: bool
    number: int
    registry: Registry | None = attrs.field(default=None, repr=False, eq=False)

    def check(self) -> None:
        """Raise AssertionError when the rule does not say of its example what it should."""
        issues = findings_of(self.rule, self.example, self.version, self.registry)
        shown = "\n".join(f"  {issue.message} ({issue.node} {issue.pointer})" for issue in issues)
        if self.valid and issues:
            raise AssertionError(f"{self}: expected no finding, got\n{shown}")
        if not self.valid and not issues:
            raise AssertionError(f"{self}: expected a finding, got none")
        crashed = [issue for issue in issues if issue.rule != self.rule.id]
        if crashed:
            raise AssertionError(f"{self}: {crashed[0].message}")

    def __str__(self) -> str:
        return f"{self.rule.id}-{'valid' if self.valid else 'invalid'}-{self.number}"


def example_cases(rules: Iterable[Rule], version: str, registry: Registry | None = None) -> list[ExampleCase]:
    """Return every example of the rules; raise AssertionError for a rule that lacks one of either sort."""
    cases = []
    for rule in rules:
        if not rule.valid or not rule.invalid:
            raise AssertionError(f"rule {rule.id!r} needs a valid and an invalid example")
        for valid, examples in ((True, rule.valid), (False, rule.invalid)):
            for number, example in enumerate(examples):
                cases.append(ExampleCase(rule, version, example, valid, number, registry))
    return cases


def findings_of(
    rule: Rule,
    example: Example | Any,
    version: str,
    registry: Registry | None = None,
    options: Mapping[str, Any] | None = None,
) -> list[Issue]:
    """Run one rule on an example, as a rule of ``version``; return what it finds.

    ``options`` are those of the rule that are not as it declares them.
    """
    registry = registry or default_registry()
    example = example if isinstance(example, Example) else Example(example)
    spec = registry.spec(version)
    settings = Settings(preview=(rule.id,), options=((rule.id, tuple((options or {}).items())),))
    checker = Checker(spec, lambda kind: [rule] if kind is None else [], settings)
    if spec.write_example is not None:
        example = example._replace(data=spec.write_example(example.data))
    if rule.on in (GroupNode, ArrayNode, Hierarchy):
        store = MemoryStore(build_store(spec, example.data, example.files))
        crawled, _ = crawl_with(checker, registry.converter(version), Reader(store), spec.zarr_format)
        return [i for i in crawled.issues if i.rule in (rule.id, "rule-crashed")]
    if rule.on.__name__ == "Archive":
        from ngff_core.testing_zip import archive_of

        found = checker.check_archive(archive_of(spec, **example.data))
        return [i for i in found if i.rule in (rule.id, "rule-crashed")]
    obj, faults = structure(registry.converter(version), example.data, _class_in(spec, rule.on))
    issues = checker.check_model(obj, faults, base=(), document=None, kind=None)
    return [i for i in issues if i.rule in (rule.id, "rule-crashed")]


def _class_in(spec: Spec, on: type[Any]) -> type[Any]:
    """Return the class of a version that a rule looks at: the one it names, else the first made from that."""
    seen: set[type] = set()
    classes = [cls for kind in spec.kinds for cls in reachable(kind.load(), seen)]
    return on if on in classes else next((cls for cls in classes if issubclass(cls, on)), on)


# --- stores -----------------------------------------------------------------------------------------


def build_store(spec: Spec, nodes: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> dict[str, bytes]:
    """Return the metadata documents of a hierarchy, as a version stores them.

    ``nodes`` maps paths to the OME metadata of groups (``None`` for a plain group) and to `array`. The version
    is written where the document states none (``"version": None`` leaves it out). ``files`` are put in as they are:
    bytes, or JSON values; ``None`` takes a file away, and a key ``FILE#MEMBER`` sets a member of a JSON file.
    """
    documents: dict[str, bytes] = {}
    for path, node in nodes.items():
        prefix = f"{path}/" if path else ""
        if isinstance(node, Array):
            name = ".zarray" if spec.zarr_format == 2 else "zarr.json"
            documents[prefix + name] = _dump(array_json(node, spec.zarr_format))
        else:
            for name, value in group_json(spec, node).items():
                documents[prefix + name] = _dump(value)
    for key, value in (files or {}).items():
        name, _, member = key.partition("#")
        if member:
            changed = orjson.loads(documents.get(name, b"{}"))
            changed[member] = value
            documents[name] = _dump(changed)
        elif value is None:
            documents.pop(name, None)
        else:
            documents[name] = value if isinstance(value, bytes) else _dump(value)
    return documents


def group_json(spec: Spec, ome: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the documents of a group with some OME metadata, by file name."""
    attributes: dict[str, Any] = dict(ome or {})
    if spec.namespace is not None and ome is not None:
        if "version" not in attributes:
            attributes = {"version": spec.version, **attributes}
        elif attributes["version"] is None:
            del attributes["version"]
        attributes = {spec.namespace: attributes}
    if spec.zarr_format == 2:
        group: dict[str, Any] = {".zgroup": {"zarr_format": 2}}
        return {**group, ".zattrs": attributes} if ome is not None else group
    return {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": attributes}}


_KINDS = {"int": "i", "uint": "u", "float": "f", "bool": "b", "complex": "c"}


def array_json(node: Array, zarr_format: int) -> dict[str, Any]:
    """Return the document of an array."""
    chunks = list(node.chunks if node.chunks is not None else node.shape)
    if zarr_format == 2:
        name = node.dtype.rstrip("0123456789")
        bits = int(node.dtype[len(name) :] or 8)
        order = "|" if bits == 8 else "<"
        document: dict[str, Any] = {
            "zarr_format": 2,
            "shape": list(node.shape),
            "chunks": chunks,
            "dtype": f"{order}{_KINDS[name]}{bits // 8}",
            "compressor": None,
            "fill_value": 0,
            "order": "C",
            "filters": None,
            "dimension_separator": "/",
        }
        known = {"dimension_separator", "compressor", "filters", "order", "dtype", "fill_value", "chunks", "shape"}
    else:
        document = {
            "zarr_format": 3,
            "node_type": "array",
            "shape": list(node.shape),
            "data_type": node.dtype,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunks}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": 0,
            "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
            "attributes": {},
        }
        if node.names is not None:
            document["dimension_names"] = list(node.names)
        known = {"codecs", "data_type", "fill_value", "chunk_grid", "chunk_key_encoding", "dimension_names", "shape"}
    document.update({key: value for key, value in node.members.items() if key in known or zarr_format == 3})
    if zarr_format == 3:
        for key in ("dimension_separator", "compressor", "filters", "order"):
            document.pop(key, None)
    return document


def write_store(documents: Mapping[str, bytes], root: str | Path) -> Path:
    """Write documents below a directory; return its path."""
    root = Path(root)
    for key, data in documents.items():
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def _dump(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)
