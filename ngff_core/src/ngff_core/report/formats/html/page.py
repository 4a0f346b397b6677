"""The page: its frame with style and script, and what stands in it, each store as it comes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from itertools import chain, islice
from pkgutil import get_data
from typing import Any

from ngff_core.report.formats.html.dashboard import Dashboard
from ngff_core.report.formats.html.markup import text
from ngff_core.report.formats.html.store import FILTER_STORES, Shown, entry, single
from ngff_core.report.report import Report
from ngff_core.version import __version__

__all__ = ["render"]


def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield one page: the report on one store, or an overview of many and each of them.

    ``options["rules"]`` is a function that returns what there is to say of rules (see `ngff_core.explain`).
    """
    reports = iter(reports)
    first = list(islice(reports, 2))
    shown = Shown(options)
    if len(first) == 1:
        yield _head(first[0].url or "document")
        yield from single(first[0], shown)
    else:
        yield _head("many stores")
        yield from _many(chain(first, reports), shown)
    yield f"<footer>{_rule_set(shown.rule_set)}ngff {text(__version__)}</footer>\n</body></html>\n"


def _many(reports: Iterable[Report], shown: Shown) -> Iterator[str]:
    """Yield the stores as they come; the overview, which is known at the end, stands before them in its slot."""
    dashboard = Dashboard()
    yield (
        "<main class=many><template shadowrootmode=open><slot name=overview></slot><slot></slot></template>\n"
        f"<h2>Stores</h2>{FILTER_STORES}<section id=stores aria-label=stores>\n"
    )
    for number, report in enumerate(reports):
        dashboard.count(report)
        yield ""
        if report.exit_code() or not shown.errors_only:
            yield from entry(report, number, shown)
    yield "</section>\n"
    yield from dashboard.overview()
    yield "</main>\n"


def _head(title: str) -> str:
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return (
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
        f'<meta http-equiv=Content-Security-Policy content="{policy}">\n'
        "<meta name=viewport content='width=device-width, initial-scale=1'>\n"
        f"<meta name=color-scheme content='light dark'>\n<title>ngff: {text(title, 200)}</title>\n"
        f"<style>{style}</style>\n<script>{script}</script></head>\n<body>\n"
    )


@cache
def _asset(name: str) -> str:
    return (get_data(__package__, name) or b"").decode()  # also where packages are read from an archive


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def _rule_set(rule_set: Mapping[str, str]) -> str:
    named = ", ".join(f"{name} {version}" for name, version in sorted(rule_set.items()))
    return f"Rules of {text(named)} · " if named else ""
