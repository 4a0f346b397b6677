"""Spec: what core needs to know of one version of the specification, as its plugin states it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.pointer import Pointer
from ngff_core.structure.model import Model

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule

__all__ = ["Child", "Children", "Kind", "Look", "Role", "Spec", "models_of", "patches_of", "rules_of"]


class Role:
    """What a named node is expected to be; kinds of groups are roles, too."""

    ARRAY = "array"
    FILE = "file"
    ROW = "row"
    GROUP = "group"


class Child(NamedTuple):
    """A node that the metadata of a group names.

    ``path`` is relative to the group. ``optional``: absence is no news. ``follow``: its own children are
    visited, too (a reference to a group elsewhere is only looked at).
    """

    path: str
    role: str
    optional: bool = False
    follow: bool = True


Children = Callable[[GroupNode], Iterator[Sequence[Child]]]


Look = Callable[[str], Mapping[str, Any] | None]


Load = Callable[[], type[Model]]


LoadRules = Callable[[], Iterable["Rule"]]


def models_of(package: str) -> Callable[[str, str], Load]:
    """Return what makes the ``load`` of kinds: given module and class of the package, a function that imports it."""

    def model(module: str, name: str) -> Load:
        def load() -> type[Model]:
            cls: type[Model] = getattr(import_module(f"{package}.{module}"), name)
            return cls

        return load

    return model


def rules_of(package: str) -> Callable[[str], LoadRules]:
    """Return what makes the ``rules`` of kinds: given a function of the module ``rules``, one that calls it."""

    def rules(name: str) -> LoadRules:
        def load() -> Iterable[Rule]:
            found: Iterable[Rule] = getattr(import_module(f"{package}.rules"), name)()
            return found

        return load

    return rules


def patches_of(version: str) -> Callable[[str], bool]:
    """Return what tells whether a version string is this version, or one of its patch and development versions."""

    def accepts(stated: str) -> bool:
        return stated == version or (stated.startswith(version) and not stated[len(version)].isdigit())

    return accepts


def no_children(_: GroupNode) -> Iterator[Sequence[Child]]:
    """Name nothing."""
    return iter(())


def no_rules() -> Iterable[Rule]:
    """Bring no rules."""
    return ()


class Kind(NamedTuple):
    """A kind of group: the keys that make a group one, its model, the nodes that it names, and its rules.

    ``load`` returns the model class, ``rules`` the rules that only concern groups of this kind; both are called when
    the first group of the kind is met, so that an image does not pay for the rules of plates. ``children``
    yields batches: each is there in ``node.children`` before the next is asked for. A group met where one
    of this kind is expected (``role``) is of this kind when it has any of ``expected_keys``; with
    ``always_as`` a group met in that role is of this kind whatever it holds.
    """

    name: str
    keys: tuple[str, ...]
    load: Callable[[], type[Model]]
    children: Children = no_children
    rules: Callable[[], Iterable[Rule]] = no_rules
    expected_keys: tuple[str, ...] = ()
    always_as: str | None = None


class Spec(NamedTuple):
    """One version of the specification.

    ``namespace`` is the attribute under which OME metadata sits (``None``: at the top), ``kinds`` the kinds of
    groups in the order in which their keys decide, ``version_places`` where documents state the version,
    ``accepts`` tells whether a version string means this version (and no other), ``resembles`` whether OME
    metadata without a version is of this version's shape; where that leaves it open, ``confirms`` may look at documents
    below the group, which it is given a function to read by. ``sections`` maps the first word of rule ids to
    the anchor of the section of the specification, ``address`` is the web address of its text. ``archive_rules``
    are the rules on zip archives, called when the first archive is met. ``load_document`` returns the model of a
    whole metadata file and ``load_attributes`` that of its attributes, where those are more than the OME metadata
    itself. ``write_example`` rewrites an example of a rule that versions of other shape share.
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
    load_document: Callable[[], type[Model]] | None = None
    load_attributes: Callable[[], type[Model]] | None = None
    archive_rules: Callable[[], Iterable[Rule]] = no_rules
    confirms: Callable[[Mapping[str, Any], Look], bool] | None = None
    write_example: Callable[[Any], Any] | None = None

    def section_of(self, rule_id: str) -> str | None:
        """Return the section that a rule or catalogue entry belongs to."""
        return self.sections.get(rule_id.partition("-")[0])

    def kind_of(self, ome: Mapping[str, Any], role: str | None = None) -> Kind | None:
        """Decide the kind of a group by its keys, in the stated order; never by trying classes."""
        for kind in self.kinds:
            if role is not None and role == kind.always_as:
                return kind
        for kind in self.kinds:
            if role == kind.name and any(key in ome for key in (*kind.keys, *kind.expected_keys)):
                return kind
        return next((kind for kind in self.kinds if any(key in ome for key in kind.keys)), None)

    def kind_named(self, name: str) -> Kind | None:
        """Return the kind of that name."""
        return next((kind for kind in self.kinds if kind.name == name), None)
