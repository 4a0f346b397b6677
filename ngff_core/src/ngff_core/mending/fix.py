"""Fix: what mends a finding, a frozen value made from a pure function of what the finding is about."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

import attrs

from ngff_core.errors import PluginError
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Part, Pointer
from ngff_core.mending.edit import REMOVED, Edit, parts_of, value_at
from ngff_core.migration.interface import Decision
from ngff_core.spec.spec import Spec
from ngff_core.structure.values import JSONObject
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.keys import ATTRIBUTES_KEY

__all__ = ["SAFE", "UNSAFE", "Fix", "FixContext", "FixExample", "Reading", "Safety", "fix"]


class Safety(Enum):
    """Whether there is one obvious meaning, and nothing is lost."""

    SAFE = "safe"
    UNSAFE = "unsafe"


SAFE = Safety.SAFE
"""There is one obvious meaning, and nothing is lost: made unless something else is asked for."""

UNSAFE = Safety.UNSAFE
"""Somebody has to choose: made where that is asked for by the name of the rule, or of its decision."""


@attrs.frozen
class FixExample:
    """What a fix makes of a store: OME metadata of its root before and after.

    Or of several nodes, by path, as in the examples of rules; ``files`` are put in as they are, before and after.
    ``versions`` are those in which it holds: those of the fix, unless given.
    """

    before: Any
    after: Any
    files: Mapping[str, Any] = attrs.field(factory=dict)
    files_after: Mapping[str, Any] | None = None
    decisions: Mapping[str, str] = attrs.field(factory=dict)
    versions: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: Any) -> FixExample:
        """Return an example of what may be a pair."""
        return value if isinstance(value, FixExample) else cls(*value)


class Reading(Protocol):
    """What a fix may look at: documents of the store as they are now, metadata only."""

    def document(self, path: str, name: str) -> Any:
        """Return the JSON of a document; `REMOVED` where there is none that could be read."""
        ...

    def text(self, path: str, name: str) -> bytes | None:
        """Return a document as it is written; ``None`` where there is none that could be read."""
        ...

    def array(self, path: str) -> ArrayDocument | None:
        """Return the document of an array."""
        ...

    def names(self, path: str) -> Sequence[str] | None:
        """Return the names in a folder, folders ending with ``/``; ``None`` where it cannot be listed."""
        ...


Mend = Callable[[Any, "FixContext"], Iterable[Edit] | None]


@attrs.frozen(eq=False, repr=False)
class Fix:
    """One fix. Make it with the decorator `fix`.

    ``rules`` are ids of rules, or of entries of the catalogue, whose findings it mends. ``decision`` is the question
    that it asks, if there is one. ``versions`` are those that it is for: all, unless given. ``plugin`` is the
    distribution that brings it, which the registry fills in.
    """

    rules: tuple[str, ...]
    mend: Mend
    safety: Safety
    decision: Decision | None = None
    examples: tuple[FixExample, ...] = ()
    versions: tuple[str, ...] = ()
    plugin: str = ""

    def __attrs_post_init__(self) -> None:
        """Raise PluginError for a fix that cannot be explained."""
        if not self.mend.__doc__:
            raise PluginError(f"the fix of {', '.join(self.rules)} has no docstring")

    def is_for(self, version: str) -> bool:
        """Tell whether it is for a version."""
        return not self.versions or version in self.versions

    @property
    def summary(self) -> str:
        """The first line of the docstring: what it does."""
        return (inspect.getdoc(self.mend) or "").partition("\n")[0].strip()

    def __repr__(self) -> str:
        return f"<Fix {', '.join(self.rules)}: {self.safety.value}>"


def fix(
    *rules: str,
    safety: Safety,
    decision: Decision | None = None,
    examples: Iterable[FixExample | tuple[Any, Any]] = (),
    versions: Iterable[str] = (),
) -> Callable[[Mend], Fix]:
    """Make a fix of a function of (value, context) that yields edits; registers nothing.

    The value is what stands where the finding is, `REMOVED` where nothing does; the context makes the edits. The
    docstring's first line says what is done. A fix that yields nothing leaves the finding as it is, and one that leaves
    its node worse, or with as many findings of the same rule, is not made.
    """
    return lambda mend: Fix(rules, mend, safety, decision, tuple(map(FixExample.of, examples)), tuple(versions))


class FixContext:
    """What a fix is given besides the value, and how it makes edits.

    ``issue`` is the finding, ``node`` the path of its group or array, ``document`` the name of the file, ``pointer``
    leads to the value in it. ``answer`` is that to the decision of the fix.
    """

    def __init__(self, issue: Issue, spec: Spec, reading: Reading, answer: Any = None) -> None:
        self.issue = issue
        self.spec = spec
        self.reading = reading
        self.answer = answer
        self.node = issue.node
        self.document = issue.document or ATTRIBUTES_KEY[spec.zarr_format]
        self.pointer = parts_of(issue.pointer)

    @property
    def version(self) -> str:
        """The version of the specification that the finding is of."""
        return self.spec.version

    @property
    def base(self) -> Pointer:
        """What leads to the OME metadata in the document that holds attributes."""
        inside: Pointer = () if self.spec.namespace is None else (self.spec.namespace,)
        return inside if self.spec.zarr_format == 2 else ("attributes", *inside)

    def at(self, *where: Part) -> Any:
        """Return the value that some keys and indexes lead to from that of the finding; `REMOVED`: there is none."""
        return value_at(self.reading.document(self.node, self.document), (*self.pointer, *where))

    def above(self, levels: int = 1) -> Any:
        """Return what the value of the finding is in, so many levels up."""
        return value_at(self.reading.document(self.node, self.document), self.pointer[:-levels])

    def ome(self, path: str | None = None) -> JSONObject:
        """Return the OME metadata of a group, that of the finding unless given; empty where there is none."""
        found = value_at(self._attributes(self.node if path is None else path), self.base)
        return found if isinstance(found, dict) else {}

    def _attributes(self, path: str) -> Any:
        return self.reading.document(path, ATTRIBUTES_KEY[self.spec.zarr_format])

    def put(self, value: Any, *where: Part) -> Edit:
        """Return the edit that puts a value where some keys and indexes lead from that of the finding."""
        return Edit(self.node, self.document, (*self.pointer, *where), value)

    def remove(self, *where: Part) -> Edit:
        """Return the edit that takes away what some keys and indexes lead to from the value of the finding."""
        return self.put(REMOVED, *where)

    def put_beside(self, value: Any, *where: Part) -> Edit:
        """Return the edit that puts a value into what holds that of the finding."""
        return Edit(self.node, self.document, (*self.pointer[:-1], *where), value)

    def put_ome(self, value: Any, *where: Part, node: str | None = None) -> Edit:
        """Return the edit that puts a value where keys and indexes lead in the OME metadata of a group."""
        path = self.node if node is None else node
        return Edit(path, ATTRIBUTES_KEY[self.spec.zarr_format], (*self.base, *where), value)
