"""Write one structuring function for each model class: what the hot path costs is decided here.

The function that comes out reads one key at a time and tests its type in place. Whatever is not plainly
right goes to `Member.weak`, which knows about defaults, nulls, whole floats and faults.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from ngff_core.structure.annotations import is_list, is_model, is_union, iter_models
from ngff_core.structure.faults import StructureError
from ngff_core.structure.hooks import boolean, integer, number, string, wrong_type
from ngff_core.structure.member import ABSENT, Member

__all__ = ["compile_model_hook"]

_NUMBER_CLASSES = {int, float}
_PLAIN = {
    str: (string, "v.__class__ is str"),
    int: (integer, "v.__class__ is int"),
    float: (number, "v.__class__ is float or v.__class__ is int"),
    bool: (boolean, "v is True or v is False"),
}
_PLAIN_ITEMS = {
    str: "{*map(type, v)} <= {str}",
    int: "{*map(type, v)} <= {int}",
    float: "{*map(type, v)} <= NUMBERS",
}


def compile_model_hook(cls: type, members: list[Member]) -> Callable[[Any, Any], Any]:
    """Return the hook that structures a JSON object as ``cls``."""
    scope: dict[str, Any] = {
        "cls": cls,
        "new": cls.__new__,
        "ABSENT": ABSENT,
        "NUMBERS": _NUMBER_CLASSES,
        "KNOWN": {m.json_name for m in members},
        "wrong": wrong_type,
        "StructureError": StructureError,
    }
    lines = [
        "def hook(d, _):",
        "    if d.__class__ is not dict: raise wrong(d, 'object')",
        "    o = new(cls)",
        "    faults = []",
        "    n = 0",
    ]
    for index, bound in enumerate(members):
        scope[f"m{index}"] = bound
        scope[f"t{index}"] = bound.type
        scope[f"h{index}"] = getattr(bound.hook, "of_items", bound.hook)
        name = repr(bound.json_name)
        lines.append(f"    v = d[{name}] if {name} in d else ABSENT")
        lines.extend(f"    {line}" for line in _member_lines(index, bound))
    lines += [
        "    o._extra = None if n == len(d) else {k: v for k, v in d.items() if k not in KNOWN or v is None}",
        "    if faults: raise StructureError(o, faults)",
        "    return o",
    ]
    exec(compile("\n".join(lines), f"<structure {cls.__name__}>", "exec"), scope)
    hook: Callable[[Any, Any], Any] = scope["hook"]
    return hook


def _member_lines(index: int, bound: Member) -> list[str]:
    target = f"o.{bound.attribute}"
    weak = [f"    {target} = m{index}.weak(v, faults)", "    if v is not ABSENT and v is not None: n += 1"]
    absent = [] if bound.required else [f"elif v is ABSENT: {target} = None"]
    if bound.type in (Any, object):
        missing = f"m{index}.weak(v, faults)" if bound.required else "None"
        return [
            f"if v is ABSENT: {target} = {missing}",
            f"elif v is None: {target} = None",
            f"else: {target} = v; n += 1",
        ]
    inner = any(iter_models(bound.type))
    return [
        f"if {_test(bound)}:",
        *(_inner_lines(index, bound, target) if inner else [f"    {target} = v"]),
        "    n += 1",
        *absent,
        "else:",
        *weak,
    ]


def _inner_lines(index: int, bound: Member, target: str) -> list[str]:
    """Structure what lies inside at once; should anything be wrong, again and noting what."""
    made = f"[h{index}(x, t{index}) for x in v]" if is_list(bound.type) else f"h{index}(v, t{index})"
    return [
        f"    try: {target} = {made}",
        f"    except StructureError: {target} = m{index}.weak(v, faults)",
    ]


def _test(bound: Member) -> str:
    """Return the condition under which a value is taken without asking the hook."""
    if bound.recursive:  # what is tried once more at every level takes forever when levels are nested
        return "False"
    plain = _PLAIN.get(bound.type)
    if plain is not None and bound.hook is plain[0]:
        return plain[1]
    if is_list(bound.type):
        (item,) = typing.get_args(bound.type) or (Any,)
        if item is Any:
            return "v.__class__ is list"
        if item in _PLAIN_ITEMS:
            return f"v.__class__ is list and {_PLAIN_ITEMS[item]}"
        if any(iter_models(item)):
            return "v.__class__ is list"
    if is_model(bound.type) or (is_union(bound.type) and any(iter_models(bound.type))):
        return "v.__class__ is dict"
    if bound.type is dict or typing.get_origin(bound.type) is dict:
        return "v.__class__ is dict"
    return "False"
