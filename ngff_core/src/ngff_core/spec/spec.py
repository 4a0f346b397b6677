"""Spec: what core needs to know of one version of the specification, as its plugin states it. Nothing but facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.pointer import Pointer
from ngff_core.structure.model import Model
from ngff_core.structure.unions import ModelName, load_model, name_of
from ngff_core.values import Value
from ngff_core.version_order import order_of

__all__ = ["Child", "Children", "Kind", "Look", "Patches", "Role", "Spec", "Strip", "patches_of"]


class Role:
    """What a named node is expected to be; kinds of groups are roles, too."""

    ARRAY = "array"
    FILE = "file"
    ROW = "row"
    GROUP = "group"


@attrs.frozen(eq=False, repr=False, slots=False)
class Child(Value):
    """A node that the metadata of a group names.

    ``path`` is relative to the group. ``optional``: absence is no news. ``follow``: its own children are
    visited, too (a reference to a group elsewhere is only looked at). ``lists``: the names in it are wanted even if it
    is only looked at, where the store can list. ``again``: it may have been visited before, which is no news either.
    """

    path: str
    role: str
    optional: bool = False
    follow: bool = True
    lists: bool = False
    again: bool = False


Children = Callable[[GroupNode], Iterator[Sequence[Child]]]

Strip = Callable[[dict[str, Any]], int | None]

Look = Callable[[str], Mapping[str, Any] | None]


def no_children(_: GroupNode) -> Iterator[Sequence[Child]]:
    """Name nothing."""
    return iter(())


@attrs.frozen(eq=False, repr=False, slots=False)
class Kind(Value):
    """A kind of group: the keys that make a group one, its model, and the nodes that it names.

    ``model`` is its model class, best as a `Reference`, which is imported when the first group of the kind is met.
    ``children`` yields batches: each is there in ``node.children`` before the next is asked for. A group met where one
    of this kind is expected (``role``) is of this kind when it has any of ``expected_keys``; with
    ``always_as`` a group met in that role is of this kind whatever it holds. ``parts`` is the role of those children
    that can be evaluated apart from each other, by several processes. ``depth`` is how far below the group that it is a
    part of such a group lies; 0: it can be a store of its own. ``covers`` are kinds whose keys may stand beside those
    of this one without making the group a second thing. A group is of a further kind when it has the first of its keys.
    ``strip`` takes out of OME metadata, in place, what makes no difference to rules, nor to ``children``: groups that
    are equal without it are evaluated once. It returns how many quotation marks there were in what it took out and put
    no other text in place of. ``placed``: where such a group lies is compared with the image that it is in.
    """

    name: str
    keys: tuple[str, ...]
    model: ModelName
    children: Children = no_children
    expected_keys: tuple[str, ...] = ()
    always_as: str | None = None
    parts: str | None = None
    depth: int = 0
    covers: tuple[str, ...] = ()
    strip: Strip | None = None
    placed: bool = False

    def load(self) -> type[Model]:
        """Return the model class; it is imported when it is first asked for."""
        return load_model(self.model)


class Patches:
    """Whether a version string is a version, or one of its patch and development versions."""

    __slots__ = ("version",)

    def __init__(self, version: str) -> None:
        self.version = version

    def __eq__(self, other: object) -> bool:
        return self.version == other.version if isinstance(other, Patches) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.version)

    def __call__(self, stated: str) -> bool:
        """Tell it of a version string."""
        version = self.version
        return stated == version or (stated.startswith(version) and not stated[len(version)].isdigit())


def patches_of(version: str) -> Patches:
    """Return what tells whether a version string is this version, or one of its patch and development versions."""
    return Patches(version)


@attrs.frozen(eq=False, repr=False, slots=False)
class Spec(Value):
    """One version of the specification. All that it holds is plain values and names of what is imported later.

    ``namespace`` is the attribute under which OME metadata sits (``None``: at the top), ``kinds`` the kinds of
    groups in the order in which their keys decide, ``version_places`` where documents state the version,
    ``accepts`` tells whether a version string means this version (and no other), ``resembles`` whether OME
    metadata without a version is of this version's shape; where that leaves it open, ``confirms`` may look at documents
    below the group, which it is given a function to read by. ``sections`` maps the first word of rule ids to
    the anchor of the section of the specification, ``address`` is the web address of its text. ``document`` is the
    model of a whole metadata file and ``attributes`` that of its attributes, where those are more than the OME metadata
    itself. ``drafts`` are the version strings of drafts of another form, which are not evaluated by its rules.
    ``write_example`` rewrites an example of a rule that versions of other shape share.

    The functions are `Reference`, functions of modules or values that can be called, so that a spec can be pickled.
    """

    version: str
    zarr_format: int
    namespace: str | None
    kinds: tuple[Kind, ...]
    version_places: tuple[Pointer, ...]
    accepts: Callable[[str], bool]
    resembles: Callable[[Mapping[str, Any]], bool]
    sections: Mapping[str, str]
    address: str
    document: ModelName | None = None
    attributes: ModelName | None = None
    confirms: Callable[[Mapping[str, Any], Look], bool] | None = None
    write_example: Callable[[Any], Any] | None = None
    drafts: frozenset[str] = frozenset()

    @property
    def order(self) -> tuple[int, ...]:
        """What versions are sorted by; see `order_of`."""
        return order_of(self.version)

    @property
    def package(self) -> str:
        """The name of the package that the models of the version are in; empty where it has none."""
        return name_of(self.kinds[0].model).partition(":")[0].partition(".")[0] if self.kinds else ""

    def load_document(self) -> type[Model] | None:
        """Return the model of a whole metadata file, if there is one."""
        return load_model(self.document) if self.document is not None else None

    def load_attributes(self) -> type[Model] | None:
        """Return the model of the attributes of a group, if there is one."""
        return load_model(self.attributes) if self.attributes is not None else None

    def section_of(self, rule_id: str) -> str | None:
        """Return the section that a rule or catalogue entry belongs to."""
        return self.sections.get(rule_id.partition("-")[0])

    def kind_of(self, ome: Mapping[str, object], role: str | None = None) -> Kind | None:
        """Decide the kind of a group by its keys, in the stated order; never by trying classes."""
        for kind in self.kinds if role is not None else ():
            if role == kind.always_as:
                return kind
        for kind in self.kinds if role is not None else ():
            if role == kind.name and any(key in ome for key in (*kind.keys, *kind.expected_keys)):
                return kind
        keys = ome.keys()
        there = [kind for kind in self.kinds if not keys.isdisjoint(kind.keys)]
        if len(there) > 1 and self.namespace is None:
            there = [
                kind for kind in there if any(_is_meant(key, ome[key]) for key in kind.keys if key in ome)
            ] or there
        return there[0] if there else None

    def kinds_beside(self, ome: Mapping[str, object], first: Kind) -> tuple[Kind, ...]:
        """Return the further kinds that the keys of a group make it, besides the ``first``.

        At the top of the attributes ``labels`` is anybody's key.
        """
        found = []
        for kind in self.kinds:
            key = kind.keys[0]
            if key not in ome or kind.model == first.model or kind.name in first.covers:
                continue
            if self.namespace is None and (kind.always_as or not _is_meant(key, ome[key])):
                continue
            found.append(kind)
        return tuple(found)

    def kind_named(self, name: str) -> Kind | None:
        """Return the kind of that name."""
        for kind in self.kinds:  # a loop: this is asked of every group
            if kind.name == name:
                return kind
        return None


def _is_meant(key: str, value: object) -> bool:
    """Tell whether a key at the top of the attributes, where those of other programs stand, too, is one of ours."""
    return "." in key or isinstance(value, (dict, list))
