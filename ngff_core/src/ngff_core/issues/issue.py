"""Issue: one finding, located and explained."""

from __future__ import annotations

from typing import Any

import attrs

from ngff_core.errors import ResultError
from ngff_core.issues.requirement import Requirement, Severity
from ngff_core.values import Value

__all__ = ["Issue", "taken"]


_MOST = 1 << 53  # further findings: what JSON can hold as a number everywhere
_NONE = type(None)
_MEMBERS: tuple[tuple[str, tuple[type, ...], str], ...] = (
    *((name, (str,), "string") for name in ("rule", "message", "node", "pointer")),
    *((name, (str, _NONE), "string") for name in ("found", "expected", "hint", "section", "entry", "document", "kind")),
    ("requirement", (Requirement,), "MUST, SHOULD or MAY"),
    ("severity", (Severity,), "a severity"),
    ("judged", (bool,), "a boolean"),
    ("unlisted", (int,), "a count"),
)


@attrs.frozen(eq=False, repr=False)
class Issue(Value):
    """One finding.

    ``node`` is the path of the group or array below the root of the store (``""`` is the root), ``document``
    the name of the file in it, and ``pointer`` a JSON pointer (RFC 6901) into that file. ``found`` and
    ``expected`` are short texts. ``judged`` is False for what kept the tool from evaluating (a file that could
    not be read, a rule that crashed): such an issue says nothing about the data. ``unlisted`` counts further findings
    of its rule that were not kept, until the report is made, which counts them itself.
    """

    rule: str
    requirement: Requirement
    severity: Severity
    message: str
    node: str = ""
    pointer: str = ""
    found: str | None = None
    expected: str | None = None
    hint: str | None = None
    section: str | None = None
    entry: str | None = None
    document: str | None = None
    kind: str | None = None
    judged: bool = True
    unlisted: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The rule id, and the catalogue entry that a structure fault stands for."""
        return (self.rule, self.entry) if self.entry else (self.rule,)

    def taken(self) -> Issue:
        """Return the issue as it is taken from a rule, its members being plain texts and numbers; raise ResultError.

        Rules of plugins may put anything into it, and classes of their own that are texts can be shown in other ways,
        or in none, and cannot be sent by workers.
        """
        changes: dict[str, Any] = {}
        for name, classes, expected in _MEMBERS:
            value = getattr(self, name)
            cls = type(value)
            if cls in classes:
                continue
            if classes[0] is str and issubclass(cls, str):
                changes[name] = str.__str__(value)
            elif classes[0] is int and issubclass(cls, int):
                changes[name] = int.__int__(value)
            else:
                raise ResultError(f"it yielded an issue whose {name} is {cls.__name__}, expected {expected}")
        issue = attrs.evolve(self, **changes) if changes else self
        if not 0 <= issue.unlisted <= _MOST:
            raise ResultError("it yielded an issue whose unlisted is no count of findings")
        return issue

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, every key present."""
        return {
            "rule": self.rule,
            "requirement": self.requirement.value,
            "severity": self.severity.value,
            "message": self.message,
            "node": self.node,
            "pointer": self.pointer,
            "found": self.found,
            "expected": self.expected,
            "hint": self.hint,
            "section": self.section,
            "entry": self.entry,
            "document": self.document,
            "kind": self.kind,
            "judged": self.judged,
        }

    def moved(self, node: str, kind: str | None) -> Issue:
        """Return the same finding at another node; written out, as it is made for every node with equal documents."""
        return Issue(
            self.rule,
            self.requirement,
            self.severity,
            self.message,
            node,
            self.pointer,
            self.found,
            self.expected,
            self.hint,
            self.section,
            self.entry,
            self.document,
            kind,
            self.judged,
            self.unlisted,
        )


def taken(found: object) -> Issue:
    """Return what a rule has yielded, as it is taken; raises ResultError for anything but issues."""
    if type(found) is not Issue:
        raise ResultError(f"it yielded {type(found).__name__}, expected issues")
    return found.taken()
