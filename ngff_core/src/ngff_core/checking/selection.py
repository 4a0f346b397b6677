"""Which findings of a store are reported, and as what, by what the user chose."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from ngff_core.checking.settings import OFF, Settings, level_of
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity

__all__ = ["Selected", "Selection", "glob_pattern"]


@attrs.frozen
class Selected:
    """What is reported of some findings; ``suppressed`` counts the others, by rule and reason."""

    issues: list[Issue]
    suppressed: Counter[tuple[str, str]]


class Selection:
    """Which findings of one store are reported, and as what, by what the user chose.

    ``names`` are all the ids of rules that have several.
    """

    def __init__(self, settings: Settings, url: str, names: Mapping[str, tuple[str, ...]]) -> None:
        self._settings = settings
        self._names = names
        self._known: dict[tuple[str, ...], tuple[str | None, str | None]] = {}
        self._per_path = [
            (tuple(map(glob_pattern, entry.paths)), entry.levels)
            for entry in settings.per_path
            if not entry.stores or any(_is_at(url, settings.folder, glob) for glob in entry.stores)
        ]

    def apply(self, issues: Iterable[Issue]) -> Selected:
        """Return the findings that are reported. What could not be evaluated is never left out."""
        kept: list[Issue] = []
        suppressed: Counter[tuple[str, str]] = Counter()
        for issue in issues:
            reason, level = self._decide(issue) if issue.judged else (None, None)
            if reason is not None:
                suppressed[issue.rule, reason] += 1 + issue.unlisted
            else:
                kept.append(issue if level is None else attrs.evolve(issue, severity=Severity(level)))
        return Selected(kept, suppressed)

    def _decide(self, issue: Issue) -> tuple[str | None, str | None]:
        """Return the reason for which a finding is not reported, or else its level where that is another."""
        ids = self._names.get(issue.rule, issue.ids)
        if ids not in self._known:
            self._known[ids] = (self._settings.against(ids), level_of(self._settings.levels, ids))
        reason, level = self._known[ids]
        for globs, levels in self._per_path:
            if not globs or any(glob.fullmatch(_as_folder(issue.node)) for glob in globs):
                level = level_of(levels, ids) or level
        return ("ignore" if reason is None and level == OFF else reason), level


# --- globs ------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\*+|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)


def glob_pattern(glob: str) -> re.Pattern[str]:
    """Return the pattern for paths that a glob stands for; each component of the path ends in ``/``.

    ``*``, ``?`` and ``[...]`` stay within a component, ``**`` is any number of them, none included. ``.`` is the root.
    Raises `re.error` for a glob that makes no sense.
    """
    parts = [] if glob in ("", ".", "/") else glob.strip("/").split("/")
    return re.compile("".join("(?:[^/]*/)*" if part == "**" else f"{_component(part)}/" for part in parts), re.DOTALL)


def _component(part: str) -> str:
    return "".join(map(_token, _TOKEN.findall(part)))


def _token(token: str) -> str:
    if token[0] == "*":
        return "[^/]*"
    if token == "?":
        return "[^/]"
    if token[0] == "[" and len(token) > 2:
        inside = token[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("&", "\\&").replace("~", "\\~")
        return f"[^/{inside[1:]}]" if inside[0] == "!" else f"[{inside}]"
    return re.escape(token)


def _as_folder(path: str) -> str:
    return f"{path}/" if path else ""


def _is_at(url: str, folder: str, glob: str) -> bool:
    """Tell whether a store is where a glob says: an address, an absolute path, or one relative to a folder."""
    path = url
    if "://" not in url and url not in ("", "-"):
        path = os.path.abspath(url)
        if not glob.startswith("/"):
            path = os.path.relpath(path, folder or None)
        path = path.replace(os.sep, "/").strip("/")
    return glob_pattern(glob).fullmatch(_as_folder(path)) is not None
