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
        self.classes.add(obj.__class__)
        if plan.checks:
            self.base = base
            self.check(plan.checks, obj)
        for attribute, json_name in plan.children:
            value = getattr(obj, attribute)
            if value.__class__ is list:
                for index, item in enumerate(value):
                    below = plans[item.__class__]
                    if below is not None:
                        self.walk(item, below, (*base, json_name, index), plans)
            else:
                below = plans[value.__class__]
                if below is not None:
                    self.walk(value, below, (*base, json_name), plans)

    def check(self, checks: Checks, obj: object) -> list[Issue]:
        """Run rules on one object; return all that was found up to now."""
        issues = self.issues
        for rule, check in checks:
            self.rule = rule
            try:
                found = check(obj, self)
                if found is not None:
                    for issue in found:  # cheaper than extend for the usual case, no issue
                        issues.append(issue)
            except Exception as error:
                if not self._faulty and rule.id not in self._hidden:  # it may stumble over what is reported as faulty
                    issues.append(self._crash(rule, error))
        return issues

    def _crash(self, rule: Rule, error: Exception) -> Issue:
        pointer = to_pointer(self.base)
        if isinstance(error, RecursionError):  # two values hundreds of levels deep cannot be compared
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
