"""What core itself brings, through the same hooks as any plugin."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ngff_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from ngff_core.report import Report, Reporter
    from ngff_core.stores import Store


@hookimpl(trylast=True)
def ngff_open_store(url: str, options: Mapping[str, Any]) -> Store | None:
    """Open directories and zip archives of this machine."""
    from ngff_core.stores.local import local_store

    store = local_store(url)
    if store is not None and os.path.isfile(store.url):
        from ngff_core.stores.zip import zip_store

        return zip_store(store.url)
    return store


def _reporter(module: str, name: str) -> Reporter:
    """Return a report format that is imported when it is used."""

    def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterable[str]:
        found: Reporter = getattr(import_module(f"ngff_core.report.{module}"), name)
        return found(reports, options)

    return render


@hookimpl
def ngff_reporters() -> Mapping[str, Reporter]:
    """Return the formats of reports that come with core."""
    return {
        "text": _reporter("text", "render"),
        "json": _reporter("json", "render"),
        "jsonl": _reporter("json", "render_lines"),
        "sarif": _reporter("sarif", "render"),
        "github": _reporter("github", "render"),
        "junit": _reporter("junit", "render"),
        "markdown": _reporter("markdown", "render"),
    }
