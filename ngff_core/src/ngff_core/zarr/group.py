"""The documents of groups, Zarr v2 and v3."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.references import Reference
from ngff_core.structure.values import JSONObject
from ngff_core.zarr.keys import GROUP_MEMBERS
from ngff_core.zarr.text import not_object, parse_object, repeated_keys

__all__ = ["GroupDocument", "group_document", "not_said", "says_group"]

_MEMBERS = "zarr-members-known"
_NOTHING: Mapping[str, JSONObject] = {}

_group_problems = Reference("ngff_core.zarr.headers.members:group_problems")  # few groups have others
_issues_of = Reference("ngff_core.zarr.headers.problem:issues_of")


@attrs.define(eq=False, repr=False, slots=False)
class GroupDocument:
    """The metadata of a group: its attributes, and whatever else the documents say.

    ``name`` is the file that holds the attributes, ``base`` leads to them inside that file.
    """

    zarr_format: int
    name: str
    base: tuple[str, ...]
    attributes: dict[str, Any]
    raw: dict[str, Any]
    problems: list[Issue] = attrs.field(factory=list)
    marked: bool = True  # v2: .zgroup is there; v3: node_type says group
    repeated: list[Issue] = attrs.field(factory=list)  # keys that stand there twice, which no reader refuses

    @functools.cached_property
    def header_issues(self) -> list[Issue]:
        """What readers may not take as it is meant: keys that stand there twice, members that they do not know (v3)."""
        if self.zarr_format == 2 or self.raw.keys() <= GROUP_MEMBERS or self.raw.get("node_type") == "array":
            return self.repeated
        issues: list[Issue] = _issues_of(_group_problems(self.raw), self.name)
        return [*self.repeated, *issues]

    @property
    def consolidated(self) -> dict[str, Any] | None:
        """Metadata of other nodes kept inline (v3), by path."""
        inline = self.raw.get("consolidated_metadata") if self.zarr_format == 3 else None
        entries = inline.get("metadata") if isinstance(inline, dict) else None
        return entries if isinstance(entries, dict) else None


def group_document(
    zarr_format: int,
    values: Mapping[str, bytes | None],
    *,
    parsed: Mapping[str, JSONObject] = _NOTHING,
    twice: bool = True,
) -> GroupDocument | None:
    """Read the documents of a group, by file name; ``None`` when there is no group.

    ``values`` holds ``zarr.json`` (v3), or ``.zgroup`` and ``.zattrs`` (v2), ``parsed`` the objects in those that were
    parsed already. Without ``twice`` keys that stand there twice are not looked for.
    """

    def read(name: str) -> tuple[JSONObject, list[Issue], list[Issue]]:
        data = values.get(name)
        if data is None:
            return {}, [], []
        raw, problems = (parsed[name], []) if name in parsed else parse_object(data, name)
        return raw, problems, repeated_keys(data, raw, name) if twice else []

    if zarr_format == 3:
        if values.get("zarr.json") is None:
            return None
        raw, problems, repeated = read("zarr.json")
        attributes = raw.get("attributes", {})
        if not isinstance(attributes, dict):
            problems.append(not_object("zarr.json", "/attributes", attributes))
            attributes = {}
        marked = says_group(raw) or bool(problems)
        return GroupDocument(3, "zarr.json", ("attributes",), attributes, raw, problems, marked, repeated)
    group = values.get(".zgroup")
    if group is None and values.get(".zattrs") is None:
        return None
    raw, problems, repeated = read(".zgroup")
    attributes, more, again = read(".zattrs")
    return GroupDocument(2, ".zattrs", (), attributes, raw, problems + more, group is not None, again + repeated)


def says_group(raw: Mapping[str, Any]) -> bool:
    """Tell whether a zarr.json says that it is that of a group."""
    return raw.get("node_type") == "group" and raw.get("zarr_format") == 3


def not_said(issues: Sequence[Issue], found: Sequence[Issue]) -> Sequence[Issue]:
    """Return the issues but for members that a rule has more to say of, such as OME metadata beside the attributes."""
    said = {issue.pointer for issue in found} if any(issue.rule == _MEMBERS for issue in issues) else ()
    return [issue for issue in issues if issue.rule != _MEMBERS or issue.pointer not in said] if said else issues
