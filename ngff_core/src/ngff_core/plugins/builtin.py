"""What core itself brings, through the same hooks as any plugin."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ngff_core.errors import UsageError
from ngff_core.plugins.hookspecs import hookimpl
from ngff_core.references import Reference

if TYPE_CHECKING:
    from ngff_core.mending.fix import Fix
    from ngff_core.plugins.commands import Commands
    from ngff_core.plugins.hookspecs import ExecutorFactory
    from ngff_core.report.report import Reporter
    from ngff_core.stores import Store

# opened when a store is: commands that open none import no stores
_local_store = Reference("ngff_core.stores.local.store:local_store")
_zip_store = Reference("ngff_core.stores.zip.store:zip_store")
_shared_fixes = Reference("ngff_core.fixes.shared:SHARED_FIXES")
_add_core_commands = Reference("ngff_core.cli:add_core_commands")


@hookimpl(trylast=True)
def ngff_open_store(url: str, options: Mapping[str, object]) -> Store | None:
    """Open directories and zip archives of this machine."""
    if not url:
        raise UsageError("the path is empty")  # which stood for the working directory
    store: Store | None = _local_store(url)
    if store is not None and os.path.isfile(store.url):
        store = _zip_store(store.url)
    return store


@hookimpl
def ngff_fixes(version: str) -> Iterable[Fix]:
    """Return the fixes for findings of rules that versions share, and for core's own."""
    fixes: Iterable[Fix] = _shared_fixes.load()
    return fixes


@hookimpl
def ngff_reporters() -> Mapping[str, Reporter]:
    """Return the formats of reports that come with core."""
    return {
        name: Reference(f"ngff_core.report.formats.{where}")
        for name, where in {
            "text": "text:render",
            "json": "json:render",
            "jsonl": "json:render_lines",
            "sarif": "sarif:render",
            "github": "github:render",
            "junit": "junit:render",
            "markdown": "markdown:render",
            "html": "html.page:render",
        }.items()
    }


@hookimpl
def ngff_executors() -> Mapping[str, ExecutorFactory]:
    """Return the executors that come with core: processes of this machine."""
    return {"processes": Reference("ngff_core.validation.many.processes:process_pool")}


@hookimpl
def ngff_register_commands(cli: Commands) -> None:
    """Add the commands of core."""
    _add_core_commands(cli)
