"""What core itself brings, through the same hooks as any plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ngff_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from ngff_core.report import Reporter
    from ngff_core.stores import Store


@hookimpl(trylast=True)
def ngff_open_store(url: str, options: Mapping[str, Any]) -> Store | None:
    """Open directories of this machine."""
    from ngff_core.stores.local import local_store

    return local_store(url)


@hookimpl
def ngff_reporters() -> Mapping[str, Reporter]:
    """Return the formats text, json and jsonl."""
    from ngff_core.report import json, text

    return {"text": text.render, "json": json.render, "jsonl": json.render_lines}
