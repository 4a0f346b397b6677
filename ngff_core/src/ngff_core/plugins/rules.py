"""Which of the rules that plugins bring to a version are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ngff_core.plugins.info import PluginInfo

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule

__all__ = ["taken"]


def taken(
    brought: Iterable[tuple[PluginInfo, list[Rule]]],
    version: str,
    owner: PluginInfo | None,
    others: Mapping[str, str],
) -> Iterator[Rule]:
    """Yield the rules of a version from all plugins, in their order; what cannot be used is recorded with its plugin.

    ``owner`` is the plugin that brings the version; ids of all others need a prefix. ``others`` are the distributions
    of rules that are there already, by id: a plugin may bring a rule of its own again, for another kind of group.
    """
    owners: dict[str, str] = {}
    for info, rules in brought:
        foreign = {id_: distribution for id_, distribution in others.items() if distribution != info.distribution}
        problem = _refusal(info, rules, {**foreign, **owners}, owner is info)
        if problem is not None:
            info.error = problem
            continue
        for rule in rules:
            owners[rule.id] = info.distribution
            yield rule.evolve(versions=(version,), plugin=info.distribution)


def _refusal(info: PluginInfo, rules: list[Rule], owners: Mapping[str, str], owns_version: bool) -> str | None:
    """Say why the rules of a plugin cannot be used, if so."""
    known = next((rule.id for rule in rules if rule.id in owners), None)
    if known is not None:
        mine = info.distribution
        return f"rule {known!r} is brought by both {owners[known]} and {mine}; the rules of {mine} are left out"
    ids = [rule.id for rule in rules]
    twice = next((id_ for number, id_ in enumerate(ids) if id_ in ids[:number]), None)
    if twice is not None:
        return f"rule {twice!r} is brought twice by {info.distribution}; its rules are left out"
    bare = next((rule.id for rule in rules if "/" not in rule.id), None)
    if bare is not None and not owns_version:
        return f"the id of rule {bare!r} needs a prefix of its own, such as 'lab/{bare}'"
    return None
