"""A problem of the document of an array or group, and what its parts have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ngff_core.issues.findings import FINDINGS
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer, to_pointer
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.structure.values import JSON
from ngff_core.values import Value
from ngff_core.words import abbreviate

__all__ = ["Problem", "errors_of", "is_whole", "issues_of", "with_point", "wrong"]


@attrs.frozen(eq=False, repr=False, slots=False)
class Problem(Value):
    """Something that keeps readers from opening an array or a group; ``rule`` is the finding that it is.

    ``severity`` is that of the finding unless given: a warning where some readers open it nevertheless.
    """

    rule: str
    pointer: Pointer
    message: str
    found: str | None = None
    expected: str | None = None
    severity: Severity | None = None
    hint: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether the array is no array for it."""
        return self.severity is None


def wrong(
    rule: str, at: Pointer, value: JSON, expected: str, what: str | None = None, hint: str | None = None
) -> Problem:
    """Return the problem of a value that is not what it has to be; ``what`` names it, by default its key."""
    found = abbreviate(value)
    return Problem(rule, at, f"{what or at[-1]} is {found}", found, expected, hint=hint)


def issues_of(problems: Iterable[Problem], document: str) -> list[Issue]:
    """Return the findings that problems in a document are."""
    return [_issue(problem, document) for problem in problems]


def _issue(problem: Problem, document: str) -> Issue:
    entry = FINDINGS.get(problem.rule)  # none for what a rule says
    requirement = entry.requirement if entry is not None else MUST
    return Issue(
        problem.rule,
        requirement,
        problem.severity or requirement.severity,
        problem.message,
        document=document,
        pointer=to_pointer(problem.pointer),
        found=problem.found,
        expected=problem.expected,
        hint=problem.hint,
    )


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return those problems for which readers refuse an array."""
    return [problem for problem in problems if problem.is_error]


def is_whole(value: JSON) -> bool:
    """Tell whether a value is an integer as JSON Schema has it, ``1.0`` included."""
    return type(value) is int or (type(value) is float and value.is_integer())


def with_point(rule: str, at: Pointer, value: JSON) -> Iterator[Problem]:
    """Yield where integers are written with a point: those of JSON Schema may be, and zarr-python refuses them."""
    if any(type(number) is float for number in (value if isinstance(value, list) else [value])):
        found = abbreviate(value)
        message = f"{at[-1]} is {found}: some readers refuse integers that are written with a point"
        yield Problem(rule, at, message, found, "digits alone", Severity.WARNING, "write 8, not 8.0")
