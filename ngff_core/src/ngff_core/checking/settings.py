"""What the user chose: a profile, which rules run, and which findings are reported and as what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Unpack

import attrs

from ngff_core.errors import UsageError
from ngff_core.issues.requirement import Severity
from ngff_core.values import Value
from ngff_core.version_order import plain_version
from ngff_core.words import suggestion

if TYPE_CHECKING:
    from ngff_core.checking.choices import Choices, Levels, PerPath

__all__ = ["LEVELS", "OFF", "PROFILES", "Settings", "level_of", "matches"]

PROFILES = ("spec", "lenient", "strict")
OFF = "off"
LEVELS = (*(severity.value for severity in Severity), OFF)
ALL = "all"  # of the preview rules


@attrs.frozen(eq=False, repr=False, slots=False)
class Settings(Value):
    """What the user chose; patterns are rule ids, or the beginnings of some (see `matches`).

    ``options`` holds those of rules, by id; ``folder`` is what the globs over stores are relative to; ``follow_links``
    says whether symbolic links may lead out of a store, ``max_findings`` how many findings of each rule and severity
    are listed of a store: all of them, unless given. ``outline``: the report also tells what there is in the store.
    """

    profile: str = "spec"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    version: str | None = None
    preview: tuple[str, ...] = ()
    levels: Levels = ()
    per_path: tuple[PerPath, ...] = ()
    options: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()
    folder: str = ""
    follow_links: bool = True
    max_findings: int | None = None
    outline: bool = False

    def __hash__(self) -> int:  # versions are remembered by settings: asked for every document
        return hash((self.profile, self.select, self.ignore, self.version, self.preview, self.levels, self.folder))

    @classmethod
    def of(cls, configured: Settings | None = None, **choices: Unpack[Choices]) -> Settings:
        """Return the settings that choices stand for, with those of a configuration where they say nothing.

        ``select`` begins anew: what the configuration selects, ignores or switches off as a whole no longer counts.
        ``ignore`` and ``preview`` are added to its own. Raises UsageError for a profile that there is not.
        """
        base = DEFAULTS if configured is None else configured
        if not choices:
            return base
        profile = choices.get("profile")
        if profile is not None and profile not in PROFILES:
            near = suggestion(str(profile), PROFILES, f"expected one of {', '.join(PROFILES)}")
            raise UsageError(f"unknown profile {profile!r}{near}")
        version = choices.get("version")
        if version is not None and not isinstance(version, str):
            raise UsageError(f"a version is text, such as '0.5', got {version!r}")
        follow = choices.get("follow_links")
        if follow is not None and follow != base.follow_links:
            base = attrs.evolve(base, follow_links=follow)
        most = choices.get("max_findings")
        if most is not None:
            base = attrs.evolve(base, max_findings=_at_least_one(most))
        if choices.get("outline"):
            base = attrs.evolve(base, outline=True)
        if not any(value for name, value in choices.items() if name not in ("follow_links", "max_findings", "outline")):
            return base
        select, ignore, preview = (_patterns(choices.get(name)) for name in ("select", "ignore", "preview"))
        levels = base.levels
        if select:
            levels = tuple((pattern, level) for pattern, level in levels if level != OFF)
        return attrs.evolve(
            base,
            select=select or base.select,
            levels=levels,
            version=plain_version(choices.get("version") or "") or base.version,
            profile=profile or base.profile,
            ignore=(*(() if select else base.ignore), *ignore),
            preview=(*base.preview, *preview),
        )

    @property
    def plain(self) -> bool:
        """Tell whether every finding is reported as it is."""
        return not (self.select or self.ignore or self.levels or self.per_path)

    @property
    def kept_at_once(self) -> int | None:
        """How many findings of each rule and severity are kept of one document: all, where place decides on some."""
        return None if self.per_path else self.max_findings

    def keeps(self, ids: Iterable[str]) -> bool:
        """Tell whether findings with these ids are wanted; the longest pattern decides."""
        return self.against(tuple(ids)) is None

    def against(self, ids: Sequence[str]) -> str | None:
        """Return why findings with these ids are not reported: ``select``, ``ignore``, or ``None``."""
        chosen = _best(self.select, ids) if self.select else 0
        if chosen < 0:
            return "select"
        return "ignore" if chosen < _best(self.ignore, ids) else None

    def hides(self, ids: Sequence[str]) -> bool:
        """Tell whether no finding with these ids is reported anywhere."""
        return not self.keeps(ids) or (not self.per_path and level_of(self.levels, ids) == OFF)

    def previews(self, ids: Iterable[str]) -> bool:
        """Tell whether a preview rule with these ids was asked for: with ``preview``, or by its very id."""
        ids = tuple(ids)
        return ALL in self.preview or _best(self.preview, ids) >= 0 or bool({*self.select} & {*ids})


DEFAULTS = Settings()


def _at_least_one(number: object) -> int:
    if type(number) is not int or number < 1:
        raise UsageError(f"max_findings is a number from 1 on, got {number!r}")
    return number


def _patterns(given: object) -> tuple[str, ...]:
    """Return patterns as they were given: several, or one by itself."""
    if isinstance(given, str):
        return (given,)
    patterns = tuple(given) if isinstance(given, Iterable) else () if given is None else (given,)
    other = next((pattern for pattern in patterns if not isinstance(pattern, str)), None)
    if other is not None:
        raise UsageError(f"rules are chosen by their names, got {other!r}")
    return patterns


def matches(pattern: str, rule_id: str) -> bool:
    """Tell whether a pattern names a rule: its id, or the beginning of it up to a ``-`` or ``/``; an empty one none."""
    return rule_id == pattern or (
        pattern != "" and rule_id.startswith(pattern) and (pattern[-1:] in "-/" or rule_id[len(pattern)] in "-/")
    )


def _best(patterns: Sequence[str], ids: Sequence[str]) -> int:
    fits = [len(p) for p in patterns for i in ids if matches(p, i)]
    return max(fits, default=-1)


def level_of(levels: Levels, ids: Sequence[str]) -> str | None:
    """Return the level of findings with these ids: that of the longest pattern, of equal ones the last."""
    length, chosen = -1, None
    for pattern, level in levels:
        if len(pattern) >= length and any(matches(pattern, i) for i in ids):
            length, chosen = len(pattern), level
    return chosen
