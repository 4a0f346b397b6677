"""Valid hierarchies of every kind and version, with a few chunks: what is damaged."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from bases import BASES
from hostile import hostile_stores

from ngff_core import check_store, upgrade_store
from ngff_core.plugins.registry import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import build_store, write_store
from ngff_core.zarr.keys import is_journal

__all__ = ["Stored", "documents_of", "stores"]

Stored = Mapping[str, bytes]
EARLY = ("0.1", "0.2", "0.3")


@cache
def stores() -> Mapping[str, Stored]:
    """Return stores by kind and version; what begins with ``full`` has every member there is, and is not valid."""
    found: dict[str, Stored] = {}
    for version in ("0.4", "0.5"):
        found.update({f"{kind} {version}": with_chunks(make(version).documents()) for kind, make in BASES.items()})
    found.update((name.replace("0.5", "0.6"), _newer(found[name])) for name in [*found] if name.endswith("0.5"))
    registry = default_registry()
    for version in EARLY:
        found.update((f"{kind} {version}", files) for kind, files in _examples(version))
    for version in registry.specs:
        full = hostile_stores(registry, version)
        found.update((f"full-{kind} {version}", with_chunks(files)) for kind, files in full.items())
    return found


def documents_of(files: Stored) -> dict[str, bytes]:
    """Return those of the files that are JSON documents."""
    return {key: data for key, data in files.items() if data.lstrip()[:1] == b"{"}


def with_chunks(files: Stored) -> dict[str, bytes]:
    """Return the files of a store with two chunks in each array."""
    chunks: dict[str, bytes] = {}
    for key, text in files.items():
        folder = key.rpartition("/")[0]
        if key.endswith(".zarray"):
            separator = "/" if b'"/"' in text else "."
            chunks |= _chunks(f"{folder}/", separator, text, b'"chunks"')
        elif key.endswith("zarr.json") and b'"array"' in text:
            chunks |= _chunks(f"{folder}/c/", "/", text, b'"chunk_shape"')
    return {**files, **chunks}


def _chunks(prefix: str, separator: str, text: bytes, member: bytes) -> dict[str, bytes]:
    size = text.split(member, 1)[1].split(b"]")[0].count(b",") + 1
    return {prefix + separator.join("0" * size): b"first", prefix + separator.join("0" * (size - 1) + "1"): b"second"}


def _newer(files: Stored) -> dict[str, bytes]:
    """Return a store in version 0.6."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_store(files, Path(folder) / "store")
        upgrade_store(root, "0.6")
        found = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    return {key: data for key, data in found.items() if not is_journal(key)}


def _examples(version: str) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield the largest valid store of each kind among the examples of rules."""
    registry = default_registry()
    spec, largest = registry.spec(version), dict[str, dict[str, bytes]]()
    for rule in registry.rules(version):
        for example in rule.valid:
            given = spec.write_example(example.data) if spec.write_example is not None else example.data
            if isinstance(given, dict) and "" in given:
                files = build_store(spec, given, example.files)
                report = check_store(MemoryStore(files))
                kind = report.kind or "none"
                if report.valid and report.version == version and len(files) > len(largest.get(kind, ())):
                    largest[kind] = files
    yield from ((kind, with_chunks(files)) for kind, files in largest.items())
