"""Evaluate a store, or one part of it: what is at its root, and all that its metadata names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from ngff_core.checking.checker import Version
from ngff_core.crawl.crawler import Crawler
from ngff_core.crawl.listening import Listener, Listening, PathListener
from ngff_core.crawl.reader import NOTHING, AtHand, Reader
from ngff_core.crawl.scheduler import Answer, VisitResult, crawl
from ngff_core.crawl.scope import WHOLE, Scope
from ngff_core.hierarchy.left_over import left_over_at_root
from ngff_core.hierarchy.nodes import GroupNode, Hierarchy
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.references import Reference
from ngff_core.report.partial import Partial, ReadStats, RulesSeen, Section
from ngff_core.stores.answers import names_in
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import archive_of
from ngff_core.validation.outcome import one_section
from ngff_core.validation.root import Chosen, Root, choose, nothing_here, read_root
from ngff_core.validation.setup import Setup
from ngff_core.zarr.keys import JOURNALS, is_journal

if TYPE_CHECKING:
    from ngff_core.crawl.looked import Looked
    from ngff_core.zarr.array import ArrayDocument
    from ngff_core.zarr.group import GroupDocument

__all__ = ["NOBODY", "CrawlOutcome", "Listeners", "crawl_store", "evaluate_store"]

_Outliner = Reference("ngff_core.report.outline.recording:Outliner")
_evaluate_archive = Reference("ngff_core.validation.archive:evaluate_archive")
_with_meant_key = Reference("ngff_core.spec.near_keys:with_meant_key")


class Listeners:
    """Functions to call: with every node once it is evaluated, and with the cost so far after every batch.

    ``on_folder`` is called with every folder that a search for stores looks at, its path being the whole one;
    ``on_path`` with every node as `Listening` says.
    """

    __slots__ = ("on_folder", "on_node", "on_path", "on_progress")

    def __init__(
        self,
        on_node: Listener | None = None,
        on_progress: Callable[[ReadStats], None] | None = None,
        on_folder: Callable[[Looked], None] | None = None,
        on_path: PathListener | None = None,
    ) -> None:
        self.on_node = on_node
        self.on_progress = on_progress
        self.on_folder = on_folder
        self.on_path = on_path

    def and_path(self, on_path: PathListener) -> Listeners:
        """Return these, and another function for paths."""
        before = self.on_path

        def both(path: str, kind: str, document: GroupDocument | ArrayDocument) -> None:
            if before is not None:
                before(path, kind, document)
            on_path(path, kind, document)

        return Listeners(self.on_node, self.on_progress, self.on_folder, both)


NOBODY = Listeners()


class CrawlOutcome:
    """The outcome of a crawl: sections of findings, and which rules had something to look at.

    ``node`` is the root, ``end`` the position behind all of its children, ``unsharded`` counts arrays without shards.
    """

    __slots__ = ("counts", "end", "node", "rules", "sections", "unsharded")

    def __init__(
        self,
        node: object,
        sections: tuple[Section, ...],
        counts: Counter[str],
        rules: RulesSeen,
        end: int,
        unsharded: int,
    ) -> None:
        self.node = node
        self.sections = sections
        self.counts = counts
        self.rules = rules
        self.end = end
        self.unsharded = unsharded

    @property
    def issues(self) -> list[Issue]:
        """All findings, in the order of the hierarchy."""
        return [issue for _, found in self.sections for issue in found]


def evaluate_store(
    setup: Setup,
    store: Store,
    scope: Scope = WHOLE,
    listeners: Listeners = NOBODY,
    known: AtHand = NOTHING,
) -> Partial:
    """Evaluate the part of a store that a scope says; ``known`` is what was read of its root already.

    A scope that is not the whole is only given for stores whose branches can be evaluated apart from each other.
    """
    reader = Reader(store, listeners.on_progress)
    root = read_root(reader, setup.specs, setup.settings.version, known)
    chosen = choose(setup, root, reader)
    archive = archive_of(store)
    if not isinstance(chosen, Chosen):
        partial = Partial(url=store.url, sections=one_section(chosen), stats=reader.stats, trunk=scope.trunk)
        return partial if archive is None else _evaluate_archive(setup, partial, archive)
    version = setup.version(chosen.spec.version)
    root = root.for_crawl(chosen.zarr_format)
    outliner = _Outliner() if setup.settings.outline else None
    if outliner is not None:
        listeners = listeners.and_path(outliner.record)
    crawled = _crawl(version, reader, chosen.zarr_format, root, scope, listeners)
    partial = _partial_of(setup, version, reader, chosen, crawled, scope)
    if outliner is not None:
        partial = attrs.evolve(partial, outline=outliner.outline())
    return partial if archive is None else _evaluate_archive(setup, partial, archive, crawled)


def _partial_of(
    setup: Setup, version: Version, reader: Reader, chosen: Chosen, crawled: CrawlOutcome, scope: Scope
) -> Partial:
    sections = list(crawled.sections)
    kind = crawled.node.kind if isinstance(crawled.node, GroupNode) else None
    if scope.trunk:
        failed = any(issue.severity is Severity.ERROR for _, found in sections for issue in found)
        moving = _under_way(crawled.node) or (_was_under_way(crawled.node, reader.store) if failed else ())
        sections.insert(0, (0, (*moving, *left_over_at_root(reader.store.url), *chosen.issues)))
        if isinstance(crawled.node, GroupNode) and kind is None and not any(found for _, found in sections):
            here = Root({chosen.zarr_format: crawled.node.document}, {})
            issue = _with_meant_key(nothing_here(setup, reader, here), crawled.node.ome or {}, [version.spec])
            sections.append((crawled.end, (issue,)))
        sections.append((crawled.end, tuple(setup.failures())))
    return Partial(
        url=reader.store.url,
        version=version.spec.version,
        kind=kind,
        sections=tuple(sections),
        counts=crawled.counts,
        rules=crawled.rules,
        rule_set=version.checker.rule_set,
        names=version.checker.names,
        stats=reader.stats,
        trunk=scope.trunk,
    )


def _under_way(root: object) -> tuple[Issue, ...]:
    if not isinstance(root, GroupNode) or JOURNALS[0] not in (root.listing or ()):
        return ()
    return (
        finding(
            "upgrade-interrupted",
            "a change of this store is under way, or was interrupted",
            found=JOURNALS[0],
            hint="finish it by the same command, or take it back with that and --rollback",
        ),
    )


def _was_under_way(root: object, store: Store) -> tuple[Issue, ...]:
    """Return a finding where other journals are there than before: what was read is perhaps of two versions."""
    if not isinstance(root, GroupNode) or root.listing is None or not store.lists_cheaply:
        return ()
    before, after = (set(filter(is_journal, names)) for names in (root.listing, names_in(store, "") or ()))
    if before == after:
        return ()
    return (
        finding(
            "upgrade-interrupted",
            "a change of this store was under way while it was read",
            found=max(before ^ after),
            hint="check it once more",
        ),
    )


def crawl_store(version: Version, store: Store, zarr_format: int) -> CrawlOutcome:
    """Crawl a store whose version and Zarr format are known."""
    return _crawl(version, Reader(store), zarr_format, Root({}, {}), WHOLE, NOBODY)


def _crawl(
    version: Version, reader: Reader, zarr_format: int, root: Root, scope: Scope, listeners: Listeners
) -> CrawlOutcome:
    """Crawl a store with what was read of its root before."""
    store = reader.store
    listening = Listening(listeners.on_node, listeners.on_path, keeps_nodes=version.checker.keeps_nodes)
    crawler = Crawler(version, zarr_format, store.lists_cheaply, scope, listening, reader.stats)
    crawler.copies.read_before = root.copies
    crawler.evaluator.parsed = root.parsed
    result = _run(crawler, reader, root.read)
    sections = [*result.sections] if isinstance(result.node, GroupNode) else [(0, tuple(result.issues))]
    end = crawler.children + 1
    if isinstance(result.node, GroupNode) and listening.nodes is not None and scope.trunk:
        found = version.checker.check_hierarchy(Hierarchy(result.node, listening.nodes))
        sections.append((end, tuple(found)))
    if crawler.unlisted:
        sections.append((end, tuple(sorted(crawler.unlisted, key=lambda issue: issue.node))))
    rules = version.checker.rules_seen(crawler.evaluator.seen)
    return CrawlOutcome(result.node, tuple(sections), result.counts, rules, end, crawler.unsharded)


def _run(crawler: Crawler, reader: Reader, known: Mapping[str, Answer]) -> VisitResult:
    return reader.drive(crawl(crawler.visit(""), reader.store.batch), known, crawler.evaluator.check_waiting)
