"""One run of rules over a document or node: the context that the rules are given, moved from object to object."""

from __future__ import annotations

from collections.abc import Container, Mapping

from ngff_core.checking.rule import Context, Rule
from ngff_core.checking.rules_for import Checks, ClassPlan
from ngff_core.checking.settings import Settings
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer, to_pointer
from ngff_core.spec.spec import Spec
from ngff_core.structure.model import Model
from ngff_core.structure.room import with_room

__all__ = ["Run"]


class Run(Context):
    """The context of the rules on one document or node, and what they find.

    ``faulty``: structure faults were found in the document, so that rules may stumble over what is reported already.
    ``hidden`` are rules whose findings nobody is shown; ``classes`` are those of the objects that were looked at.
    """

    __slots__ = ("_faulty", "_hidden", "classes", "issues")

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
        self.classes: set[type] = set()

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
            waiting[found:] = reversed(waiting[found:])

    def check(self, checks: Checks, obj: object) -> list[Issue]:
        """Run rules on one object; return all that was found up to now."""
        issues = self.issues
        for rule, check in checks:
            self.rule = rule
            before = len(issues)
            try:
                found = check(obj, self)
                if found is not None:
                    for issue in found:  # cheaper than extend for the usual case, no issue
                        issues.append(issue)
            except RecursionError:
                del issues[before:]
                self._check_with_room(rule, obj)
            except Exception as error:
                if not self._faulty and rule.id not in self._hidden:  # it may stumble over what is reported as faulty
                    issues.append(self._crash(rule, error))
        return issues

    def _check_with_room(self, rule: Rule, obj: object) -> None:
        """Run a rule again that ran out of stack: two values hundreds of levels deep may have to be compared."""
        try:
            self.issues += with_room(lambda: list(rule.check(obj, self) or ()))
        except Exception as again:
            if not self._faulty and rule.id not in self._hidden:
                self.issues.append(self._crash(rule, again))

    def _crash(self, rule: Rule, error: Exception) -> Issue:
        pointer = to_pointer(self.base)
        if isinstance(error, RecursionError):  # where the stack is as small as it is
            message = f"the document is nested too deep for rule {rule.id!r}"
            return finding("document-unreadable", message, pointer=pointer, document=self.document, kind=self.kind)
        owner = rule.plugin or "an unnamed plugin"
        return finding(
            "rule-crashed",
            f"rule {rule.id!r} of {owner} failed: {type(error).__name__}: {error}",
            pointer=pointer,
            document=self.document,
            kind=self.kind,
            hint="report this to the makers of the plugin; it is no fault of the data",
        )
