"""One store: by itself, or among many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ngff_core.report.formats.html.dashboard import NOT_STATED
from ngff_core.report.formats.html.findings import broken_rules, findings
from ngff_core.report.formats.html.found_at import Places
from ngff_core.report.formats.html.markup import badges, code, counts_in_words, numbered, numbers_of, text, verdict
from ngff_core.report.formats.html.pictures import Picture, Pictures, figures, not_made, small
from ngff_core.report.formats.html.plate import plate_map
from ngff_core.report.formats.html.tree import Tree
from ngff_core.report.formats.text_parts import left_out
from ngff_core.report.report import Report
from ngff_core.words import counted

__all__ = ["FILTER_STORES", "Shown", "entry", "single"]


class Shown:
    """What the page is made with: the options of the format, what there is to say of rules, and whose rules ran."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._rules: dict[str, Mapping[str, Any]] | None = None
        self.rule_set: dict[str, str] = {}
        self.errors_only = bool(options.get("errors_only"))
        self.configuration: str | None = options.get("configuration")
        self.thumbnails: Pictures | None = options.get("thumbnails")

    @property
    def rules(self) -> Mapping[str, Mapping[str, Any]]:
        """What there is to say of each rule: asked for when the first was broken."""
        if self._rules is None:
            told = self._options.get("rules")
            self._rules = {row["id"]: row for row in told()} if told is not None else {}
        return self._rules


_FIELD = (
    "<div class=filter role=search><label class=needs-script>Filter <input type=search id=filter"
    " placeholder='{}' autocomplete=off></label>"
)
_MATCHES = "<output id=matches class=needs-script></output></div>\n"
FILTER_STORES = _FIELD.format("path, rule or version") + _MATCHES
FILTER = (
    _FIELD.format("rule, path or words")
    + "<fieldset><legend>Severity</legend>"
    + "".join(
        f"<label><input type=checkbox id=show-{s} checked> <span class='severity {s}'>{s}</span></label>"
        for s in ("error", "warning", "info")
    )
    + "</fieldset>"
    + _MATCHES
)


def single(report: Report, shown: Shown) -> Iterator[str]:
    """Yield the page of the only store."""
    yield (
        f"<main><header class=store>{verdict(report.verdict)}<h1>{code(report.url or 'document')}</h1>"
        f"<p class=summary>{_summary(report)}</p></header>\n"
    )
    made = [*shown.thumbnails.of(report.url)] if shown.thumbnails is not None and report.version is not None else []
    yield from figures(made, report.outline)
    yield not_made(made)
    pictures = {picture.path: picture for picture in made}
    yield from _inside(report, "s", shown, pictures, title=f"<h2>Findings</h2>\n{FILTER}")
    yield "</main>\n"


def entry(report: Report, number: int, shown: Shown) -> Iterator[str]:
    """Yield one store of many: what can be opened where something was found, else a line."""
    made = shown.thumbnails.of(report.url, few=True) if shown.thumbnails is not None and report.version else ()
    head = (
        f"{small(made)}{verdict(report.verdict)} {code(report.url or 'document')} "
        f"<span class=faint>{_what(report)}</span>{badges(numbers_of(report))}"
    )
    told = f"class=store id=s{number} {_data(report)}"
    if not report.issues and not report.suppressed_for:
        shown.rule_set.update(report.rule_set)
        yield f"<div {told}>{head}</div>\n"
        return
    yield f"<details {told}><summary>{head}</summary><div class=inside>\n"
    yield from _inside(report, f"s{number}", shown, {})
    yield "</div></details>\n"


def _inside(
    report: Report, store: str, shown: Shown, pictures: Mapping[str, Picture], *, title: str = ""
) -> Iterator[str]:
    """Yield what there is to say of a store: the map of a plate, the findings, the hierarchy."""
    shown.rule_set.update(report.rule_set)
    broken, outline = broken_rules(report, store), report.outline
    places = Places(store, broken)
    has_nodes = outline is not None and outline.has_nodes
    has_tree = has_nodes or bool(places.root.children)
    for path in sorted(outline.plates) if outline is not None else ():
        yield from plate_map(path, report, places, pictures)
    if broken:
        yield title
        yield from findings(broken, report, shown.rules, places.id_of if has_tree else None)
    if omitted := left_out(report, shown.configuration):
        yield f"<p class=omitted>{text(omitted)}</p>\n"
    if has_tree:
        yield f"<section class=hierarchy><h2>{'Hierarchy' if has_nodes else 'Where it was found'}</h2>\n"
        yield from Tree(outline, places).pieces()
        yield "</section>\n"


def _data(report: Report) -> str:
    """Return what the script looks at when it leaves only some stores; values are lines."""
    writers = (report.outline.writers or (NOT_STATED,)) if report.outline is not None else ()
    told = {
        "verdict": [report.verdict],
        "version": [report.version or NOT_STATED],
        "writer": writers,
        "rules": sorted({issue.rule for issue in report.issues}),
    }
    lines = {kind: "&#10;".join(map(text, values)) for kind, values in told.items() if values}
    return " ".join(f'data-{kind}="{value}"' for kind, value in lines.items())


def _what(report: Report) -> str:
    what = f"OME-Zarr {text(report.version)}" if report.version else "no OME-Zarr version"
    return f"{what} {text(report.kind)}" if report.kind else what


def _summary(report: Report) -> str:
    nodes = sum(report.counts.values())
    parts = [_what(report), counts_in_words(numbers_of(report))]
    if nodes > 1:
        parts.append(f"{numbered(nodes)} nodes")
    if report.rules[0]:
        parts.append(f"{counted(report.rules[0], 'rule')} had something to look at")
    if report.outline is not None and report.outline.writers:
        how = "written by" if report.outline.creators else "levels by"
        parts.append(f"{how} {text(', '.join(report.outline.writers))}")
    return " · ".join(parts)
