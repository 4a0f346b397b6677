"""One run of rules over a document or node: the context that the rules are given, moved from object to object."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Mapping
from typing import TYPE_CHECKING, Any

from ngff_core.checking.rule import Check, Context, Rule
from ngff_core.checking.rules_for import Checks, ClassPlan
from ngff_core.checking.settings import Settings
from ngff_core.errors import ResultError, failure_of
from ngff_core.issues.bounding import first_of_each
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue, taken
from ngff_core.issues.pointer import Pointer, to_pointer
from ngff_core.references import Reference
from ngff_core.spec.spec import Spec
from ngff_core.structure.model import Model
from ngff_core.structure.room import with_room

if TYPE_CHECKING:
    from ngff_core.hierarchy.guests import Guests

__all__ = ["Run"]

_new_guests = Reference("ngff_core.hierarchy.guests:Guests")  # only rule packs look at copies

SPARE = 4  # times as many findings as are kept come together before the others are let go of


class Run(Context):
    """The context of the rules on one document or node, and what they find.

    ``faulty``: structure faults were found in the document, so that rules may stumble over what is reported already.
    ``hidden`` are rules whose findings nobody is shown; ``classes`` are those of the objects that were looked at.
    """

    __slots__ = ("_faulty", "_guests", "_hidden", "_host", "_limit", "classes", "found_by_guests", "issues")

    def __init__(
        self,
        spec: Spec,
        settings: Settings,
        document: str | None,
        kind: str | None,
        faulty: bool,
        hidden: Container[str],
    ) -> None:
        super().__init__(spec, settings, document, kind)
        self._faulty = faulty
        self._hidden = hidden
        self.issues: list[Issue] = []
        most = settings.kept_at_once
        self._limit = sys.maxsize if most is None else SPARE * most
        self.classes: set[type] = set()
        self.found_by_guests = 0
        self._host: object = None
        self._guests: Guests | None = None

    def guests_for(self, obj: object, *, anew: bool = False) -> Guests:
        """Return the copies that rule packs are given of an object; the same for all packs, unless one changes them."""
        if self._guests is None or self._host is not obj or anew:
            self._host, self._guests = obj, _new_guests()
        return self._guests

    def walk(self, obj: Model, plan: ClassPlan, base: Pointer, plans: Mapping[type, ClassPlan | None]) -> None:
        """Run the rules on a model and on all models in it, as planned for their classes."""
        waiting = [(obj, plan, base)]
        while waiting:  # without recursion: transformations may be nested hundreds of levels deep
            obj, plan, base = waiting.pop()
            self.classes.add(obj.__class__)
            if plan.checks:
                self.base = base
                self.check(plan.checks, obj)
            found = len(waiting)
            for attribute, json_name in plan.children:
                value = getattr(obj, attribute)
                if value.__class__ is list:
                    for index, item in enumerate(value):
                        below = plans[item.__class__]
                        if below is not None:
                            waiting.append((item, below, (*base, json_name, index)))
                else:
                    below = plans[value.__class__]
                    if below is not None:
                        waiting.append((value, below, (*base, json_name)))
            if len(waiting) > found + 1:
                waiting[found:] = reversed(waiting[found:])

    def check(self, checks: Checks, obj: object) -> list[Issue]:
        """Run rules on one object; return all that was found up to now."""
        issues = self.issues
        limit = self._limit
        for unless, together in checks:
            if unless is not None and _holds(unless, obj):
                continue
            for rule, check in together:
                self.rule = rule
                before = len(issues)
                try:
                    found = check(obj, self)
                    if found is not None:
                        for issue in found:  # cheaper than extend for the usual case, no issue
                            issues.append(taken(issue))
                            if len(issues) > limit:
                                limit = self._make_room()
                except RecursionError:
                    del issues[before:]
                    self._check_with_room(rule, check, obj)
                except BaseException as error:  # sys.exit in a rule ends no run, and makes nothing valid
                    self._fail(rule, error)
        return issues

    def _make_room(self) -> int:
        """Keep the first findings of each rule, and count the others; return how many there may be until next time."""
        most = self.settings.kept_at_once
        if most is not None:
            self.issues[:] = first_of_each(self.issues, most)
            self._limit = len(self.issues) + SPARE * most
        return self._limit

    def _check_with_room(self, rule: Rule, check: Check, obj: object) -> None:
        """Run a rule again that ran out of stack: two values hundreds of levels deep may have to be compared."""
        try:
            self.issues += with_room(lambda: [taken(issue) for issue in check(obj, self) or ()])
        except BaseException as again:  # as above
            self._fail(rule, again)

    def _fail(self, rule: Rule, error: BaseException) -> None:
        """Report that a rule failed, unless it only stumbled over what is reported as faulty."""
        cls = type(error)  # what the exception says of itself is the plugin's
        stumbled = self._faulty and issubclass(cls, Exception) and not issubclass(cls, ResultError)
        crash = self._crash(rule, error)
        if not stumbled and rule.id not in self._hidden:
            self.issues.append(crash)

    def _crash(self, rule: Rule, error: BaseException) -> Issue:
        pointer = to_pointer(self.base)
        if issubclass(type(error), RecursionError):  # where the stack is as small as it is
            message = f"the document is nested too deep for rule {rule.id!r}"
            return finding("document-unreadable", message, pointer=pointer, document=self.document, kind=self.kind)
        owner = rule.plugin or "an unnamed plugin"
        return finding(
            "rule-crashed",
            f"rule {rule.id!r} of {owner} failed: {failure_of(error)}",
            pointer=pointer,
            document=self.document,
            kind=self.kind,
            hint="report this to the makers of the plugin; it is no fault of the data",
        )


def _holds(unless: Callable[[Any], bool], obj: object) -> bool:
    """Tell whether rules have nothing to find in an object; where that cannot be told, they are run."""
    try:
        return unless(obj) is True
    except (Exception, SystemExit):  # whatever a plugin does
        return False
