"""Judge a store: read what is at its root, choose the version to judge by, and drive the crawl with real reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ngff_core.check import Checker
from ngff_core.crawl import Crawler, hierarchy_issues, unreadable
from ngff_core.discover import roots_below
from ngff_core.documents import GroupDocument, group_document
from ngff_core.errors import StoreError
from ngff_core.findings import finding
from ngff_core.hierarchy import ArrayNode, GroupNode
from ngff_core.issue import Issue
from ngff_core.judge_document import no_spec
from ngff_core.plugins import Registry
from ngff_core.report import Report
from ngff_core.rounds import Crawled, Request, crawl
from ngff_core.spec import Spec, choose_spec, claim_at_root

if TYPE_CHECKING:
    from cattrs import Converter

    from ngff_core.stores import Store

__all__ = ["choose_root", "crawl_with", "nothing_here", "read_root"]

ROOT_KEYS = ("zarr.json", ".zgroup", ".zattrs", ".zarray")


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


def read_root(store: Store, report: Report) -> dict[int, GroupDocument] | None:
    """Read the documents at the root, of either Zarr format; notes in the report what could not be read."""
    values = dict(zip(ROOT_KEYS, store.get_many(ROOT_KEYS), strict=True))
    failed = {name: value for name, value in values.items() if isinstance(value, StoreError)}
    good = {name: value for name, value in values.items() if not isinstance(value, StoreError)}
    documents: dict[int, GroupDocument] = {}
    for zarr_format in (3, 2):
        document = group_document(zarr_format, good)
        if document is not None:
            documents[zarr_format] = document
    if good.get(".zarray") is not None and not any(document.attributes for document in documents.values()):
        report.issues.append(array_here())
        return None
    report.issues += [unreadable("", name, error) for name, error in failed.items()]
    return documents if documents or not failed else None


def choose_root(
    root: dict[int, GroupDocument], version: str | None, registry: Registry, report: Report, store: Store
) -> tuple[Spec, int] | None:
    """Choose the version and the Zarr format to judge by; the newer format wins where both have metadata."""
    specs = list(registry.specs.values())
    if not root:
        report.issues.append(nothing_here(store, registry))
        return None
    if root.get(3) is not None and root[3].raw.get("node_type") == "array" and 2 not in root:
        report.issues.append(array_here())
        return None
    claims = {zarr_format: claim_at_root(specs, document.attributes) for zarr_format, document in root.items()}
    best = next((f for f in root if claims[f] is not None), next(iter(root)))
    if version is not None:
        spec = registry.spec(version)
        return spec, spec.zarr_format if claims.get(spec.zarr_format) is not None else best
    claim = claims[best]
    if claim is None:
        report.issues += [p for document in root.values() for p in document.problems]
        if not report.issues:
            report.issues.append(nothing_here(store, registry))
        return None
    spec_found = choose_spec(specs, claim, best)
    if spec_found is None:
        report.issues.append(no_spec(claim, registry))
        return None
    return spec_found, best


def array_here() -> Issue:
    """Say that there is an array where a group was expected."""
    return finding(
        "store-without-metadata",
        "this is an array, one resolution level perhaps; OME-Zarr metadata is in groups",
        hint="try the directory above",
    )


def nothing_here(store: Store, registry: Registry) -> Issue:
    """Say that there is no OME metadata, and where there is some below."""
    names = store.list("")
    if not names:
        hint = "check the path; to check a single document, give it on standard input: ngff validate - < FILE"
        return finding("store-not-found", "there is no directory here, or an empty one", hint=hint)
    below = roots_below(store, list(registry.specs.values()))
    if below:
        shown = ", ".join(below[:5]) + (", ..." if len(below) > 5 else "")
        return finding(
            "store-without-metadata", "no OME-Zarr metadata here, but below", found=shown, hint=f"try {below[0]}"
        )
    return finding("store-without-metadata", "no OME-Zarr metadata here, nor below")
