"""Spec: what core needs to know of one version of the specification, as its plugin states it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from ngff_core.hierarchy import GroupNode
from ngff_core.pointer import Pointer
from ngff_core.rule import Rule
from ngff_core.structure import Model

__all__ = [
    "Child",
    "Children",
    "Claim",
    "Kind",
    "Look",
    "Role",
    "Spec",
    "accepting",
    "choose_spec",
    "claim_at_root",
    "claim_of",
    "models_of",
    "patches_of",
    "rules_of",
]

# where versions keep their metadata and state themselves, for when none of those that do so is installed
_NAMESPACE = "ome"
_EARLY_PLACES: tuple[Pointer, ...] = (
    ("multiscales", 0, "version"),
    ("plate", "version"),
    ("well", "version"),
    ("image-label", "version"),
)


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
LoadRules = Callable[[], Iterable[Rule]]


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


class Claim(NamedTuple):
    """What a document says of its version: ``ome`` is the OME metadata, ``base`` leads to it from the attributes."""

    ome: dict[str, Any]
    base: tuple[str, ...]
    version: Any
    namespaced: bool


def claim_of(specs: Iterable[Spec], attributes: Mapping[str, Any]) -> Claim | None:
    """Find the OME metadata in the attributes of a group, and the version it claims; ``None``: there is none."""
    specs = list(specs)
    for namespace in dict.fromkeys(spec.namespace for spec in specs if spec.namespace):
        if namespace in attributes:
            ome = attributes[namespace]
            ome = ome if isinstance(ome, dict) else {}
            own = [spec for spec in specs if spec.namespace == namespace]
            return Claim(ome, (namespace,), _stated_version(own, ome), True)
    keys = {key for spec in specs for kind in spec.kinds for key in kind.keys}
    if keys.isdisjoint(attributes):
        return None
    return Claim(dict(attributes), (), _stated_version(specs, attributes), False)


def claim_at_root(specs: Iterable[Spec], attributes: Mapping[str, Any]) -> Claim | None:
    """Find the claim by which a version is chosen; also sees what versions claim that are not installed."""
    claim = claim_of(specs, attributes)
    early = _version_at(_EARLY_PLACES, attributes)
    if claim is not None:
        return claim if claim.namespaced or claim.version is not None else claim._replace(version=early)
    if early is not None:
        return Claim(dict(attributes), (), early, False)
    ome = attributes.get(_NAMESPACE)
    if isinstance(ome, dict) and isinstance(ome.get("version"), str):
        return Claim(ome, (_NAMESPACE,), ome["version"], True)
    return None


def accepting(specs: Iterable[Spec], stated: str) -> Spec | None:
    """Return the version that a version string means: the one of that very name, else the first that accepts it."""
    accepted = [spec for spec in specs if spec.accepts(stated)]
    return next((spec for spec in accepted if spec.version == stated), accepted[0] if accepted else None)


def _stated_version(specs: Iterable[Spec], ome: Mapping[str, Any]) -> Any:
    """Return the first version that stands in one of the places where versions state it."""
    return _version_at(dict.fromkeys(place for spec in specs for place in spec.version_places), ome)


def _version_at(places: Iterable[Pointer], ome: Mapping[str, Any]) -> Any:
    for place in places:
        value: Any = ome
        for part in place:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                value = None
                break
        if value is not None:
            return value
    return None


def choose_spec(specs: Sequence[Spec], claim: Claim, zarr_format: int | None, look: Look | None = None) -> Spec | None:
    """Choose the version that a document follows: as it says, else by its shape.

    A version that no installed one answers to gives ``None``. Without a version (or with one that is no
    text and no number), the newest version of the same Zarr format and place of metadata whose shape it has.
    Metadata at the top of the attributes in a Zarr format that its version does not have was moved there by a
    converter of containers: it is taken for a version of that format, whose namespace it lacks. ``look`` reads a
    JSON document below the group (``None``: there is none), for versions that only differ there.
    """
    candidates = sorted(specs, key=lambda spec: spec.version, reverse=True)
    if zarr_format is not None:
        same = [spec for spec in candidates if spec.zarr_format == zarr_format]
        candidates = same or (candidates if claim.namespaced else [])
    resembling = [spec for spec in candidates if spec.resembles(claim.ome)]
    if isinstance(claim.version, (str, float)):
        stated = accepting(specs, str(claim.version))
        if claim.namespaced or zarr_format is None or (stated is not None and stated.zarr_format == zarr_format):
            return stated
        moved = [spec for spec in resembling if spec.zarr_format == zarr_format]
        if stated is None:
            moved = [spec for spec in moved if spec.namespace is not None and spec.version > str(claim.version)]
        return next(iter(moved), stated)
    placed = [spec for spec in resembling if (spec.namespace is not None) == claim.namespaced]
    for spec in placed or resembling:
        if look is None or spec.confirms is None or spec.confirms(claim.ome, look):
            return spec
    return None
