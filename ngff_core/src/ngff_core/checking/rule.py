"""The rule interface: a rule is a frozen value made from a function that yields issues."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import attrs

from ngff_core.checking.example import Example
from ngff_core.checking.settings import Settings
from ngff_core.errors import PluginError
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Part, Pointer, to_pointer
from ngff_core.issues.requirement import Requirement, Severity
from ngff_core.references import Reference
from ngff_core.spec.spec import Spec
from ngff_core.words import abbreviate, bounded

__all__ = ["Context", "Location", "Rule", "rule"]

T = TypeVar("T")
S = TypeVar("S")

if TYPE_CHECKING:

    class IssueWords(TypedDict, total=False):
        """What an issue may say besides its message; `Location.issue` tells what each is."""

        found: object
        shown: str | None
        expected: str | None
        hint: str | None
        severity: Severity | None


Check = Callable[[Any, "Context"], Iterable[Issue] | None]


@attrs.frozen(eq=False, repr=False, slots=False)  # two rules are the same when they are one
class Rule:
    """One rule. Make it with the decorator `rule`.

    ``covers`` are further entries of the rule catalogue that it answers for; ``lenient`` is its severity in the
    lenient profile; ``severity`` what its findings weigh where that does not follow from ``requirement``.
    A ``preview`` rule only runs where it is asked for: new rules begin so. ``options`` are the settings that it takes
    from the configuration, with what they are unless stated. ``since`` is the version of the plugin that first had it.
    Where ``unless`` holds of an object, the rule finds nothing in it: asked once for all the rules that have the same.
    """

    id: str
    check: Check
    on: type
    requirement: Requirement
    section: str | None = None
    kinds: tuple[str, ...] = ()
    alone: bool = False
    unless: Callable[[Any], bool] | None = None
    severity: Severity | None = None
    lenient: Severity | None = None
    covers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    valid: tuple[Example, ...] = ()
    invalid: tuple[Example, ...] = ()
    versions: tuple[str, ...] = ()
    plugin: str = ""
    preview: bool = False
    options: Mapping[str, Any] = attrs.field(factory=dict)
    since: str = "0.1.0"

    def __attrs_post_init__(self) -> None:
        """Raise PluginError for a rule that cannot be explained, or configured."""
        if not self.check.__doc__:
            raise PluginError(f"rule {self.id!r} has no docstring")
        for name, default in self.options.items():
            if type(default) not in (bool, int, float, str, tuple):
                kind = type(default).__name__
                raise PluginError(f"option {name!r} of rule {self.id!r} is a {kind}; a tuple can hold several values")

    def evolve(self, **changes: Any) -> Rule:
        """Return the rule with some of its values changed, for a version that differs in them."""
        new = object.__new__(Rule)  # `attrs.evolve` takes ten times as long, and every rule of a version is changed
        vars(new).update(vars(self), **changes)
        return new

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.check) or "").partition("\n")[0].strip()

    @property
    def documentation(self) -> str:
        """The docstring after its first line."""
        return (inspect.getdoc(self.check) or "").partition("\n")[2].strip()

    @property
    def ids(self) -> tuple[str, ...]:
        """Its id, the names it had before, and what else it answers for."""
        return (self.id, *self.aliases, *self.covers)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the name of the rule, as its function is no longer found by its own, and what was changed since."""
        home = sys.modules[self.check.__module__]
        made = getattr(home, self.check.__qualname__, None)
        if not isinstance(made, Rule) or made.check is not self.check:
            raise TypeError(f"rule {self.id!r} cannot be pickled: it is no attribute of {self.check.__module__}")
        names = [name for name in _MEMBERS if name != "check"]
        changes = {n: getattr(self, n) for n in names if getattr(self, n) != getattr(made, n)}
        return _rule_named, (self.check.__module__, self.check.__qualname__, changes)

    def __repr__(self) -> str:
        return f"<Rule {self.id}>"


_MEMBERS = tuple(field.name for field in attrs.fields(Rule))


def _rule_named(module: str, name: str, changes: dict[str, Any]) -> Rule:
    found: Rule = Reference(f"{module}:{name}").load()
    return found.evolve(**changes) if changes else found


def rule(
    id: str,
    *,
    on: type,
    requirement: Requirement,
    section: str | None = None,
    kinds: Iterable[str] = (),
    alone: bool = False,
    unless: Callable[[Any], bool] | None = None,
    severity: Severity | None = None,
    lenient: Severity | None = None,
    covers: Iterable[str] = (),
    aliases: Iterable[str] = (),
    preview: bool = False,
    options: Mapping[str, object] | None = None,
    since: str = "0.1.0",
    valid: Iterable[Example | Any] = (),
    invalid: Iterable[Example | Any] = (),
) -> Callable[[Check], Rule]:
    """Make a rule of a function of (object, context) that yields issues; registers nothing.

    ``on`` is the class of the objects it is given: a model class, `GroupNode` (then ``kinds`` narrows it),
    `ArrayNode`, `Hierarchy` or `Archive`. ``alone`` marks a rule on groups that only looks at the group's own document,
    so that it also runs where there is no store; for ``unless`` see `Rule`. The docstring's first line is the summary;
    paragraphs that begin with ``Peers:`` and ``To mend:`` say what other tools make of it, and how to mend what breaks
    it. ``options`` maps the names of options to what they are unless the configuration says otherwise: a boolean, a
    number, a string, or a tuple of these.
    """

    return lambda check: Rule(
        id=id,
        check=check,
        on=on,
        requirement=requirement,
        section=section,
        kinds=tuple(kinds),
        alone=alone,
        unless=unless,
        severity=severity,
        lenient=lenient,
        covers=tuple(covers),
        aliases=tuple(aliases),
        preview=preview,
        options=dict(options or {}),
        since=since,
        valid=tuple(map(Example.of, valid)),
        invalid=tuple(map(Example.of, invalid)),
    )


class Context:
    """What a rule is given besides its object, and how it makes issues.

    ``spec`` is the version of the specification that is being checked, ``version`` its name. ``rule`` is the running
    rule, and ``base`` leads to its object in the document: the checker moves one context from rule to rule, since
    there are a hundred of them for one document.
    """

    __slots__ = ("_last", "_shared", "base", "document", "kind", "rule", "settings", "spec")

    def __init__(
        self,
        spec: Spec,
        settings: Settings,
        document: str | None = None,
        kind: str | None = None,
        base: Pointer = (),
        rule: Rule | None = None,
    ) -> None:
        self.spec = spec
        self.settings = settings
        self.document = document
        self.kind = kind
        self.base = base
        self.rule = rule
        self._shared: dict[tuple[Any, int], Any] = {}
        self._last: tuple[Any, Any, Any] = (None, None, None)

    @property
    def version(self) -> str:
        """The version of the specification that is being checked."""
        return self.spec.version

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the running rule: its own, and in their place what the configuration says."""
        assert self.rule is not None
        configured = next((given for rule, given in self.settings.options if rule == self.rule.id), ())
        return {**self.rule.options, **dict(configured)}

    def shared(self, compute: Callable[[T], S], obj: T) -> S:
        """Return ``compute(obj)``, computed once for all the rules that look at the same object."""
        last = self._last
        if last[0] is compute and last[1] is obj:  # the rules that share something follow each other
            return last[2]  # type: ignore[no-any-return]
        key = (compute, id(obj))
        try:
            found: S = self._shared[key]
        except KeyError:
            found = self._shared[key] = compute(obj)
        self._last = (compute, obj, found)
        return found

    def at(self, *where: Part, node: str = "", document: str | None = None, top: bool = False) -> Location:
        """Return a location, to make issues there.

        ``where`` are the keys and indexes from the rule's object to the value (from the OME metadata of a
        group, from the top of the document with ``top``). ``node`` is the path of a child, where the issue lies
        in its document instead, or in the one named.
        """
        base = () if top or node else self.base
        return Location(self, (*base, *where), node, document or (None if node else self.document))

    def issue(
        self,
        message: str,
        *where: Part,
        node: str = "",
        document: str | None = None,
        top: bool = False,
        **words: Unpack[IssueWords],
    ) -> Issue:
        """Make an issue of the running rule: `at` and `Location.issue` in one."""
        return self.at(*where, node=node, document=document, top=top).issue(message, **words)


class Location:
    """A location in a document, given by `Context.at`, where the running rule makes issues."""

    __slots__ = ("context", "document", "node", "pointer")

    def __init__(self, context: Context, pointer: Pointer, node: str, document: str | None) -> None:
        self.context = context
        self.pointer = pointer
        self.node = node
        self.document = document

    def issue(
        self,
        message: str,
        *,
        found: object = None,
        shown: str | None = None,
        expected: str | None = None,
        hint: str | None = None,
        severity: Severity | None = None,
    ) -> Issue:
        """Make an issue here; ``found`` is the JSON value found, ``shown`` is text to show in its place."""
        context = self.context
        rule = context.rule
        assert rule is not None
        weight = severity or rule.severity or rule.requirement.severity
        if rule.lenient is not None and context.settings.profile == "lenient" and weight is Severity.ERROR:
            weight = rule.lenient
        return Issue(
            rule=rule.id,
            requirement=rule.requirement,
            severity=weight,
            message=bounded(message) or "",
            node=self.node,
            pointer=to_pointer(self.pointer),
            found=abbreviate(found) if shown is None and found is not None else bounded(shown),
            expected=bounded(expected),
            hint=bounded(hint),
            section=rule.section or context.spec.section_of(rule.id),
            document=self.document,
            kind=None if self.node else context.kind,
        )
