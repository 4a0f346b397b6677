"""The interface of migrations: steps from one version of the specification to another, on raw documents.

A migration is a pure function of the documents of a whole hierarchy. It reads and writes nothing: what it returns is
compared with what was there and evaluated by the rules of the new version; only then it is written (see
`ngff_core.upgrade`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from ngff_core.errors import UsageError
from ngff_core.masking import masked
from ngff_core.spec.spec import Role
from ngff_core.structure.values import JSONObject
from ngff_core.version_order import PUBLISHED

__all__ = [
    "DEEPEST",
    "Decision",
    "Documents",
    "Loss",
    "Migration",
    "NodeDocuments",
    "Notes",
    "Place",
    "Remark",
    "chain",
]

DEEPEST = 400
"""How deep arrays and objects may stand in each other in the documents that steps are given."""


@attrs.frozen
class NodeDocuments:
    """The documents of one group or array.

    ``kind`` is the kind of the group (``"image"``, ``"plate"``, ...), ``"row"``, ``"group"`` for any other, or
    ``"array"``. ``metadata`` is what ``.zgroup`` or ``.zarray`` holds (Zarr v2), or ``zarr.json`` without its
    attributes (v3). ``foreign`` is a node that no OME metadata leads to, such as a table: only its Zarr format may
    change. Documents may be shared between nodes: make new ones, never change them.
    """

    path: str
    kind: str
    zarr_format: int
    metadata: JSONObject
    attributes: JSONObject
    foreign: bool = False

    @property
    def is_array(self) -> bool:
        """True for an array."""
        return self.kind == Role.ARRAY

    def evolve(self, **changes: Any) -> NodeDocuments:
        """Return them with some of their values changed."""
        own = {
            "path": self.path,
            "kind": self.kind,
            "zarr_format": self.zarr_format,
            "metadata": self.metadata,
            "attributes": self.attributes,
            "foreign": self.foreign,
        }
        return NodeDocuments(**{**own, **changes})


Documents = Mapping[str, NodeDocuments]
"""The documents of all nodes of a hierarchy by path: whatever is in a group comes before it, the root (``""``) last."""


@attrs.frozen
class Decision:
    """A question that metadata leaves open: an option of the user, with a stated default.

    ``choices`` are the answers; without any, ``form`` says in words what an answer looks like and ``parse`` turns the
    text into a value; it raises ValueError, saying what was expected.
    """

    name: str
    question: str
    default: str
    choices: tuple[str, ...] = ()
    form: str = ""
    parse: Callable[[str], Any] = str

    def read(self, text: str) -> Any:
        """Return the value that an answer stands for; raises UsageError."""
        if not isinstance(text, str):
            raise UsageError(f"{self.name}={text!r}: expected text, got {type(text).__name__}")
        if self.choices and text not in self.choices:
            raise UsageError(f"{self.name}={text!r}: expected one of {', '.join(self.choices)}")
        try:
            return self.parse(text)
        except ValueError as error:
            raise UsageError(f"{self.name}={text!r}: {error}") from None


@attrs.frozen
class Remark:
    """A sentence about the node at a path; ``decide`` is the answer (``NAME=VALUE``) that gets it out of the way.

    No secret of an address is in what it says.
    """

    path: str
    text: str = attrs.field(converter=masked)
    decide: str = ""

    def __attrs_post_init__(self) -> None:
        """Raise TypeError for what cannot be shown: plugins make these."""
        for said in (self.path, self.text, self.decide):
            if not isinstance(said, str):
                raise TypeError(f"expected text to note, got {type(said).__name__}")


Loss = Remark
Place = Remark  # its name before


@attrs.define
class Notes:
    """What migrations have to say besides their documents, and the answers they are given.

    ``goal_format`` is the Zarr format of the last version of the chain. ``losses`` are what the new version cannot
    express, ``obstacles`` what keeps a node from being migrated at all, ``remarks`` what else a user should know.
    """

    goal_format: int
    answers: Mapping[str, Any] = attrs.field(factory=dict)
    asked: dict[str, list[str]] = attrs.field(factory=dict)
    losses: list[Remark] = attrs.field(factory=list)
    obstacles: list[Remark] = attrs.field(factory=list)
    remarks: list[Remark] = attrs.field(factory=list)

    def choose(self, name: str, path: str) -> Any:
        """Return the answer to a decision of the migration, and record that it matters for the node at a path."""
        paths = self.asked.setdefault(name, [])
        if not paths or paths[-1] != path:
            paths.append(path)
        return self.answers[name]

    def lose(self, path: str, text: str) -> None:
        """Record what is dropped at a node; it is only dropped when the user allows it."""
        self.losses.append(Remark(path, text))

    def refuse(self, path: str, text: str, decide: str = "") -> None:
        """Record why a node cannot be migrated; nothing is written then. ``decide`` is what ``--decide`` helps."""
        self.obstacles.append(Remark(path, text, decide))

    def remark(self, path: str, text: str) -> None:
        """Record something that the new documents do not show."""
        self.remarks.append(Remark(path, text))


@attrs.frozen
class Migration:
    """A step between two versions: the documents of a hierarchy before, to those after.

    A node that is not in the result is left as it is. ``apart`` tells that ``migrate`` looks up by its path (``[]``,
    ``in`` or ``get``) each node that it asks something of beside the one it is at, so that large hierarchies can be
    given to it in parts. Owned by the plugin of the newer of the two versions; ``plugin`` is the distribution that
    brought it, which the registry fills in.
    """

    source: str
    target: str
    migrate: Callable[[Documents, Notes], Documents]
    decisions: tuple[Decision, ...] = ()
    apart: bool = False
    plugin: str = ""


def chain(migrations: Iterable[Migration], source: str, target: str) -> list[Migration] | None:
    """Return the shortest row of steps that lead from one version to another; ``None``: there is none.

    By way of published versions, where these lead there. From a version to itself lead those steps that mend what it no
    longer allows, such as the tag of a candidate.
    """
    known = list(migrations)
    if source == target:
        return [step for step in known if step.source == step.target == source]
    published = [step for step in known if step.source in PUBLISHED and step.target in PUBLISHED]
    return _shortest(published, source, target) or _shortest(known, source, target)


def _shortest(known: Sequence[Migration], source: str, target: str) -> list[Migration] | None:
    ways: dict[str, list[Migration]] = {source: []}
    level = [source]
    while level and target not in ways:
        below = []
        for version in level:
            for step in known:
                if step.source == version and step.target not in ways:
                    ways[step.target] = [*ways[version], step]
                    below.append(step.target)
        level = below
    return ways.get(target)
