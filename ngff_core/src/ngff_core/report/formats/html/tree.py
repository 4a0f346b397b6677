"""The hierarchy of a store as a tree that opens: what is alike is shown once, what something was found at by itself."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.report.formats.html.findings import Broken
from ngff_core.report.formats.html.found_at import FoundAt, Places
from ngff_core.report.formats.html.markup import badges, code, numbered, text
from ngff_core.report.outline.nodes import Outline, OutlineNode
from ngff_core.words import counted

__all__ = ["Tree"]

FEW = 24  # nodes with findings: then all of them are open
NAMES = 6  # of nodes that are alike
NAME = 200  # characters
_NOTHING = OutlineNode("")


class Tree:
    """Writes the tree of one store."""

    def __init__(self, outline: Outline | None, places: Places) -> None:
        self._outline = outline
        self._places = places
        self._forms: dict[int, int] = {}
        self._known: dict[object, int] = {}
        self._open = _nodes_with_findings(places.root, FEW) <= FEW

    def pieces(self) -> Iterator[str]:
        """Yield the tree."""
        root = self._outline.root if self._outline is not None else _NOTHING
        yield "<ul class=tree>"
        yield from self._node([""], root, self._places.root, is_open=True)
        yield "</ul>\n"
        if self._outline is not None and self._outline.left_out:
            yield f"<p class=omitted>{counted(self._outline.left_out, 'more node')}, for which there was no room</p>\n"

    def _node(
        self, names: list[str], node: OutlineNode, found: FoundAt | None, *, is_open: bool = False
    ) -> Iterator[str]:
        head = _head(names, node, found)
        if not node.children and found is None:
            yield f"<li>{head}"
            return
        is_open = is_open or (found is not None and self._open)
        target = f" id={found.id}" if found is not None else ""
        yield f"<li><details{' open' if is_open else ''}><summary>{head}</summary><div{target}>"
        if found is not None and found.own:
            yield f"<ul class=found>{''.join(_found(rule, number) for rule, number in found.own)}</ul>"
        below = found.children if found is not None else {}
        if node.children or below:
            yield "<ul>"
            children = dict(node.children)
            for some in self._alike(node, below):
                yield from self._node(some, children.get(some[0], _NOTHING), below.get(some[0]))
            yield "</ul>"
        yield "</div></details>"

    def _alike(self, node: OutlineNode, below: dict[str, FoundAt]) -> list[list[str]]:
        """Return the names of children: those that are alike and have no findings together."""
        groups: dict[object, list[str]] = {name: [name] for name in below}
        for name, child in sorted(node.children, key=lambda pair: _natural(pair[0])):
            if name not in below:
                groups.setdefault(self._form(child), []).append(name)
        return sorted(groups.values(), key=lambda names: _natural(names[0]))

    def _form(self, node: OutlineNode) -> int:
        """Return a number that is the same for nodes that are alike with all below them."""
        known = self._forms.get(id(node))
        if known is None:
            below = tuple(sorted((name, self._form(child)) for name, child in node.children))
            known = self._forms[id(node)] = self._known.setdefault((node.kind, node.shown, below), len(self._known))
        return known


def _head(names: list[str], node: OutlineNode, found: FoundAt | None) -> str:
    shown = " ".join(code(name or "/", NAME) for name in names[:NAMES])
    more = f" … <span class=faint>{numbered(len(names))} alike</span>" if len(names) > NAMES else ""
    kind = f" <span class=kind>{text(node.kind)}</span>" if node.kind not in ("", "array", "group") else ""
    said = f" <span class=faint>{text(node.shown)}</span>" if node.shown else ""
    return f"{shown}{more}{kind}{said}{badges(found.numbers) if found is not None else ''}"


def _found(rule: Broken, number: int) -> str:
    first = rule.first
    severity = first.severity.value
    times = f" <span class=number>{numbered(number)}</span>" if number > 1 else ""
    return (
        f'<li class={severity}><span class="severity {severity}">{severity}</span> '
        f"<a href=#{rule.id}>{code(first.rule)}</a>{times} <span class=says>{text(first.message, 200)}</span>"
    )


def _nodes_with_findings(found: FoundAt, most: int) -> int:
    """Count nodes that something was found at; more than ``most`` need not be counted."""
    number, left = 0, [found]
    while left and number <= most:
        node = left.pop()
        number += bool(node.own)
        left += node.children.values()
    return number


def _natural(name: str) -> tuple[int, int, str]:
    """Return what names are sorted by: numbers as numbers, and before others."""
    return (0, int(name), "") if name.isdecimal() and name.isascii() and len(name) < 20 else (1, 0, name)
