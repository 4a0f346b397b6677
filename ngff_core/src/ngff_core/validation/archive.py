"""Evaluate a zip archive as a whole: what any archive has to keep to, and the rules of the version that is in it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ngff_core.checking.rule_book import ARCHIVE
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.report.partial import Partial, RulesSeen
from ngff_core.spec.spec import Spec
from ngff_core.stores.zip.archive import Archive, listed
from ngff_core.validation.setup import Setup
from ngff_core.validation.store import CrawlOutcome
from ngff_core.words import counted
from ngff_core.zarr.text import json_object

__all__ = ["evaluate_archive"]


def evaluate_archive(setup: Setup, inside: Partial, archive: Archive, crawled: CrawlOutcome | None = None) -> Partial:
    """Return the outcome of a store with the findings on its archive in front."""
    issues = list(archive_findings(archive))
    rules = inside.rules
    spec = _spec(setup, inside.version, archive)
    own = setup.registry.rules_for(spec.version, ARCHIVE) if spec is not None else ()
    if spec is not None and own:
        root = crawled.node if crawled is not None else None
        stated = (root.ome or {}).get("version") if isinstance(root, GroupNode) else None
        unsharded = crawled.unsharded if crawled is not None else 0
        described = attrs.evolve(archive, version=stated, unsharded=unsharded)
        issues += setup.version(spec.version).checker.check_archive(described, own)
        rules = rules.with_those_of(RulesSeen(frozenset(rule.id for rule in own)))
    return attrs.evolve(inside, sections=((0, tuple(issues)), *inside.sections), rules=rules)


def _spec(setup: Setup, version: str | None, archive: Archive) -> Spec | None:
    """Return the version by whose rules the archive is evaluated: that of the store.

    Nothing can be read from one part of a split archive: then what its comment states, else the newest.
    """
    if version is not None:
        return setup.registry.spec(version)
    if not archive.split:
        return None
    ome = (json_object(archive.comment) or {}).get("ome")
    stated = ome.get("version") if isinstance(ome, dict) else None
    specs = setup.specs[::-1]
    named = [spec for spec in specs if isinstance(stated, str) and spec.accepts(stated)]
    return next((spec for spec in (*named, *specs) if setup.registry.rules_for(spec.version, ARCHIVE)), None)


def archive_findings(archive: Archive) -> Iterator[Issue]:
    """Yield what is wrong with an archive whatever is in it."""
    for rule, names, what, hint in (
        (
            "path-outside-store",
            archive.outside,
            "has a name that leads out of the archive",
            "it was not opened; unpack this archive only with a program that refuses such names",
        ),
        (
            "archive-names-plain",
            archive.unusual,
            "has a name that is no plain relative path with forward slashes",
            "it was not opened; zip the hierarchy anew",
        ),
        ("archive-names-unique", archive.duplicates, "has the name of another", "the last of them was read"),
        ("archive-not-encrypted", archive.encrypted, "is encrypted", "zip without a password"),
    ):
        if names.total:
            subject = "an entry" if names.total == 1 else f"{names.total} entries, each of which"
            yield finding(rule, f"{subject} {what}", found=listed(names), hint=hint)
    if not archive.split and archive.stated not in (archive.entries, archive.entries & 0xFFFF):
        yield finding(
            "archive-consistent",
            f"the archive states {counted(archive.stated, 'entry')}, its central directory has {archive.entries}",
            found=str(archive.entries),
            expected=str(archive.stated),
        )
