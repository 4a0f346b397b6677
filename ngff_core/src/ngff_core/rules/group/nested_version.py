"""Rules on the version that each object states for itself, as it was up to 0.4."""

from __future__ import annotations

from typing import Any

from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Requirement
from ngff_core.rules.common import documented

_TITLES = {"multiscales": "image", "label": "image-label"}


def nested(
    what: str, on: type[Any], example: dict[str, Any], version: str, requirement: Requirement = SHOULD
) -> tuple[Rule, ...]:
    """Return the rules on the version inside one kind of object: that it is there, and that it is right.

    ``what`` is the word for it in the ids of the rules, ``example`` one without a version.
    """
    title = _TITLES.get(what, what)
    valid = {"version": version, **example}

    @rule(f"version-{what}-present", on=on, requirement=requirement, valid=[valid], invalid=[example])
    @documented(f"The {title} carries a version.")
    def version_present(obj: Any, ctx: Context) -> list[Issue] | None:
        if obj.version is None and "version" not in (obj._extra or ()):
            return [ctx.issue(f"the {title} states no version", expected=f'"version": "{ctx.version}"')]
        return None

    @rule(f"version-{what}-value", on=on, requirement=MUST, valid=[valid], invalid=[{**example, "version": "foo"}])
    @documented(
        f"A version inside the {title} is the string that names this version of the specification.\n\n"
        "A number in its place is a fault of structure."
    )
    def version_value(obj: Any, ctx: Context) -> list[Issue] | None:
        stated = obj.version
        if isinstance(stated, str) and stated != ctx.version:
            return [
                ctx.at("version").issue(
                    f"version {stated!r} is not {ctx.version!r}", found=stated, expected=f'"{ctx.version}"'
                )
            ]
        return None

    return version_present, version_value
