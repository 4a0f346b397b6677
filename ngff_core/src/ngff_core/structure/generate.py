"""The hooks that structure objects as model classes: what the hot path costs is decided here.

`generated_hook` is a cattrs hook factory: ``register_structure_hook_factory(is_model, generated_hook)``. cattrs calls
it once for each class and converter, and gets a `ModelHook`. (cattrs' own generator, with strict hooks, makes functions
that take twice as long.)

What the hook guarantees:

- it takes a ``dict`` and nothing else, and returns an object of the class, made without its ``__init__``: no defaults,
  no converters of attributes; keys that are absent or null are ``None``;
- it raises StructureError, and only that, once for the whole object, with the object as far as it could be made and
  the faults in the order of the members;
- keys that the class does not declare, and nulls, are in ``_extra``, in their order.

The first few objects of a class are structured member by member, through `BoundMember.structure_with_faults`, which
knows of all that may be wrong. Then a function is generated, which reads one key after the other and takes a value
where its type alone says that it is right: strings, numbers, booleans, objects without a model, lists of these. For
models inside, and lists and unions of them, it calls their hooks at once. What is not plainly right still goes the slow
way: what is absent and should not be, nulls, whole floats, types with a hook of a plugin; values in which
something is wrong, to be structured again with the faults recorded; and values of recursive members always, since
trying them twice at each level takes forever when levels are nested.

The function takes a fifth of the time, but 0.3 ms to make: for one image that is more than there is to gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import TYPE_CHECKING, Any

from ngff_core.structure.annotations import is_dict, is_model, is_union, iter_models
from ngff_core.structure.bound import ABSENT, REFUSALS, BoundMember, Hook, Runner
from ngff_core.structure.faults import Fault, StructureError
from ngff_core.structure.hooks import (
    ListHook,
    LiteralHook,
    UnionHook,
    boolean,
    hook_of,
    integer,
    json_object,
    number,
    string,
    wrong_type,
)
from ngff_core.structure.member import members_of

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["ModelHook", "generate", "generated_hook"]

PATIENCE = 16  # objects of a class that are structured before a function is generated

_NOT_PLAIN = "(StructureError, LookupError, TypeError)"
_PLAIN = {
    str: (string, "v.__class__ is str"),
    int: (integer, "v.__class__ is int"),
    float: (number, "v.__class__ is float or v.__class__ is int"),
    bool: (boolean, "v is True or v is False"),
}
_PLAIN_ITEMS = {
    str: "STRING.issuperset(map(type, v))",
    int: "INTEGER.issuperset(map(type, v))",
    float: "NUMBER.issuperset(map(type, v))",
}


def generated_hook(cls: type, converter: Converter) -> ModelHook:
    """Return the hook that structures a JSON object as ``cls``."""
    return ModelHook(cls, [BoundMember(declared, hook_of(declared.type, converter)) for declared in members_of(cls)])


class ModelHook(Runner):
    """Structures JSON objects as one class, by a generated function once many have come."""

    __slots__ = ("_cls", "_generated", "_known", "_left", "_members")

    def __init__(self, cls: type, members: list[BoundMember]) -> None:
        super().__init__(self._interpret)
        self._cls = cls
        self._members = members
        self._known = frozenset(bound.declared.json_name for bound in members)
        self._left = PATIENCE
        self._generated: Hook | None = None

    def _interpret(self, value: Any, _: Any) -> Any:
        """Structure an object member by member."""
        if value.__class__ is not dict:
            raise wrong_type(value, "object")
        self._left -= 1
        if self._left < 0:
            if self._generated is None:  # whoever goes through a list may still be calling this
                self.run = self._generated = generate(self._cls, self._members)
            return self._generated(value, _)
        made: Any = object.__new__(self._cls)
        faults: list[Fault] = []
        used = 0
        for bound in self._members:
            declared = bound.declared
            found = value.get(declared.json_name, ABSENT)
            setattr(made, declared.attribute, _member(bound, found, faults))
            used += found is not ABSENT and (found is not None or _is_kept(bound))
        kept = {bound.declared.json_name for bound in self._members if _is_kept(bound)}
        extra = {k: v for k, v in value.items() if k not in self._known or (v is None and k not in kept)}
        made._extra = None if used == len(value) else extra
        if faults:
            raise StructureError(made, faults)
        return made


def _member(bound: BoundMember, value: Any, faults: list[Fault]) -> Any:
    """Return what an attribute holds for a value, or for none; lists of plain values stay the list that they are."""
    declared = bound.declared
    if declared.type in (Any, object) and (value is not ABSENT or not declared.required):
        return None if value is ABSENT else value
    if value is ABSENT and not declared.required:
        return None
    made = bound.structure_with_faults(value, faults)
    same = made.__class__ is list and value.__class__ is list and len(made) == len(value) and all(map(is_, made, value))
    return value if same else made


def _is_kept(bound: BoundMember) -> bool:
    """Tell whether an explicit null is a value of its own."""
    return bound.declared.nullable and bound.declared.required


def generate(cls: type, members: Sequence[BoundMember]) -> Hook:
    """Return a function that structures a JSON object as ``cls``."""
    kept = [m.declared.json_name for m in members if _is_kept(m)]
    scope: dict[str, Any] = {
        "cls": cls,
        "new": cls.__new__,
        "ABSENT": ABSENT,
        "STRING": frozenset([str]),
        "INTEGER": frozenset([int]),
        "NUMBER": frozenset([int, float]),
        "KNOWN": {m.declared.json_name for m in members},
        "KEPT": frozenset(kept),
        "wrong": wrong_type,
        "StructureError": StructureError,
        "REFUSALS": REFUSALS,
    }
    lines = [
        "def hook(d, _):",
        "    if d.__class__ is not dict: raise wrong(d, 'object')",
        "    o = new(cls)",
        "    faults = ()",
        f"    n = {len(members)}",
    ]
    for index, bound in enumerate(members):
        scope |= _names(index, bound)
        lines.extend(f"    {line}" for line in _member_lines(index, bound))
    null = "(v is None and k not in KEPT)" if kept else "v is None"
    lines += [
        f"    o._extra = None if n == len(d) else {{k: v for k, v in d.items() if k not in KNOWN or {null}}}",
        "    if faults: raise StructureError(o, faults)",
        "    return o",
    ]
    exec(compile("\n".join(lines), f"<structure {cls.__name__}>", "exec"), scope)
    generated: Hook = scope["hook"]
    return generated


def _names(index: int, bound: BoundMember) -> dict[str, Any]:
    """Return what the lines of a member use."""
    hook = bound.hook
    inner = hook.item_hook if isinstance(hook, ListHook) else hook
    found = {f"m{index}": bound, f"t{index}": bound.declared.type, f"h{index}": inner}
    if isinstance(inner, UnionHook):
        found[f"table{index}"] = inner.table
    if isinstance(hook, LiteralHook):
        found[f"allowed{index}"] = frozenset(hook.allowed)
    return found


def _member_lines(index: int, bound: BoundMember) -> list[str]:
    """Return what takes one member; ``n`` counts the keys that the object has of those that are known, nulls not."""
    declared = bound.declared
    name, target = repr(declared.json_name), f"o.{declared.attribute}"
    slow = f"{target} = m{index}.structure_with_faults(v, faults := faults or [])"
    if declared.required:  # most often it is there
        missing = slow.replace("(v,", "(ABSENT,")
        take = [f"try: v = d[{name}]", f"except KeyError: {missing}; n -= 1", "else:"]
    else:
        take = [f"if {name} not in d: {target} = None; n -= 1", "else:", f"    v = d[{name}]"]
    counted = [] if _is_kept(bound) else ["    if v is None: n -= 1"]
    if declared.type in (Any, object):
        return [*take, f"    {target} = v", *counted]
    inner = bool(declared.models)
    return [
        *take,
        f"    if {_test(index, bound)}:",
        *(_inner_lines(index, bound, target, slow) if inner else [f"        {target} = v"]),
        *([f"    elif v is None: {target} = None"] if _is_kept(bound) else []),
        "    else:",
        f"        {slow}",
        *(f"    {line}" for line in counted),
    ]


def _inner_lines(index: int, bound: BoundMember, target: str, slow: str) -> list[str]:
    """Structure what lies inside at once; should anything be wrong, again and recording what."""
    is_list = isinstance(bound.hook, ListHook)
    hook = bound.hook.item_hook if isinstance(bound.hook, ListHook) else bound.hook
    value = "x" if is_list else "v"
    if isinstance(hook, UnionHook):  # a tag that was not met yet is none of the table, and goes the slow way
        made, run, wrong = f"table{index}[{value}[{hook.tag!r}]].run({value}, t{index})", "", _NOT_PLAIN
    else:
        made, wrong = f"run({value}, t{index})", "StructureError" if isinstance(hook, Runner) else "REFUSALS"
        run = f"        run = h{index}.run" if isinstance(hook, Runner) else f"        run = h{index}"
    return [
        *([run] if run else []),
        f"        try: {target} = {f'[{made} for x in v]' if is_list else made}",
        f"        except {wrong}: {slow}",
    ]


def _test(index: int, bound: BoundMember) -> str:
    """Return the condition under which a value is taken without asking the hook."""
    type_ = bound.declared.type
    if bound.declared.recursive:
        return "False"
    plain = _PLAIN.get(type_)
    if plain is not None and bound.hook is plain[0]:
        return plain[1]
    if isinstance(bound.hook, ListHook):
        return _test_of_list(bound.hook)
    if isinstance(bound.hook, LiteralHook):
        texts = all(isinstance(option, str) for option in bound.hook.allowed)
        return f"v.__class__ is str and v in allowed{index}" if texts else "False"
    if is_model(type_) or (is_union(type_) and any(iter_models(type_))):
        return "v.__class__ is dict"
    if is_dict(type_) and bound.hook is json_object:
        return "v.__class__ is dict"
    return "False"


def _test_of_list(hook: ListHook) -> str:
    plain = _PLAIN.get(hook.item_type)
    if hook.item_type in _PLAIN_ITEMS and plain is not None and hook.item_hook is plain[0]:
        return f"v.__class__ is list and {_PLAIN_ITEMS[hook.item_type]}"
    if hook.item_type is Any or any(iter_models(hook.item_type)):
        return "v.__class__ is list"
    return "False"
