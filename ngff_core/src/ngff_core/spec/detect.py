"""Which version does a document follow: what it claims, and what its shape says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from ngff_core.issues.pointer import Pointer
from ngff_core.spec.kinds import EARLY_PLACES
from ngff_core.spec.spec import Look, Spec
from ngff_core.values import Value
from ngff_core.version_order import order_of

__all__ = ["Claim", "accepting", "choose_spec", "claim_at_root", "claim_of"]


# where versions keep their metadata and state themselves, for when none of those that do so is installed
_NAMESPACE = "ome"


@attrs.define(frozen=True, eq=False, repr=False, slots=False)
class Claim(Value):
    """What a document says of its version: ``ome`` is the OME metadata, ``base`` leads to it from the attributes."""

    ome: dict[str, Any]
    base: tuple[str, ...]
    version: Any
    namespaced: bool


def claim_of(specs: Sequence[Spec], attributes: Mapping[str, object]) -> Claim | None:
    """Find the OME metadata in the attributes of a group, and the version it claims; ``None``: there is none."""
    for spec in specs:  # plain loops: this is asked twice of every document, and most are of the first kinds
        namespace = spec.namespace
        if namespace and namespace in attributes:
            ome = attributes[namespace]
            ome = ome if isinstance(ome, dict) else {}
            own = [spec for spec in specs if spec.namespace == namespace]
            return Claim(ome, (namespace,), _stated_version(own, ome), True)
    keys = attributes.keys()
    for spec in specs:
        for kind in spec.kinds:
            if not keys.isdisjoint(kind.keys):
                return Claim(dict(attributes), (), _stated_version(specs, attributes), False)
    ome = attributes.get(_NAMESPACE)
    if isinstance(ome, dict) and any(key in ome for spec in specs for kind in spec.kinds for key in kind.keys):
        stated = ome.get("version") or _stated_version(specs, ome)  # of a version that has no namespace: moved there
        return Claim(ome, (_NAMESPACE,), stated, True)
    return None


def claim_at_root(
    specs: Sequence[Spec], attributes: Mapping[str, object], zarr_format: int | None = None
) -> Claim | None:
    """Find the claim by which a version is chosen; also sees what versions claim that are not installed.

    In Zarr v2 the keys at the top that state a version come before a second copy in a namespace that states none, or a
    version that is not stored so, while theirs is.
    """
    claim = claim_of(specs, attributes)
    in_v2 = claim is not None and claim.namespaced and zarr_format == 2
    if claim is not None and claim.version is not None and not in_v2:
        return claim
    early = _version_at(EARLY_PLACES, attributes)
    second = claim is not None and in_v2 and (claim.version is None or _is_stored_as(specs, early, zarr_format))
    if second and early is not None:
        return Claim(dict(attributes), (), early, False)
    if claim is not None:
        return claim if claim.namespaced or claim.version is not None else attrs.evolve(claim, version=early)
    if early is not None:
        return Claim(dict(attributes), (), early, False)
    ome = attributes.get(_NAMESPACE)
    if isinstance(ome, dict) and isinstance(ome.get("version"), str):
        return Claim(ome, (_NAMESPACE,), ome["version"], True)
    return None


def _is_stored_as(specs: Iterable[Spec], stated: object, zarr_format: int | None) -> bool:
    spec = accepting(specs, str(stated)) if isinstance(stated, (str, float)) else None
    return spec is not None and spec.zarr_format == zarr_format


def accepting(specs: Iterable[Spec], stated: str) -> Spec | None:
    """Return the version that a version string means: the one of that very name, else the first that accepts it."""
    specs = list(specs)
    for spec in specs:
        if spec.version == stated and spec.accepts(stated):
            return spec
    return next((spec for spec in specs if spec.accepts(stated)), None)


def _stated_version(specs: Iterable[Spec], ome: Mapping[str, object]) -> Any:
    """Return the first version that is stated where one of the specs has it stated."""
    tried: set[tuple[Pointer, ...]] = set()
    for spec in specs:
        if spec.version_places not in tried:  # many versions have the same
            tried.add(spec.version_places)
            stated = _version_at(spec.version_places, ome)
            if stated is not None:
                return stated
    return None


def _version_at(pointers: Iterable[Pointer], ome: Mapping[str, object]) -> Any:
    for pointer in pointers:
        value: Any = ome
        for part in pointer:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                value = None
                break
        if value is not None:
            return value
    return None


def choose_spec(specs: Sequence[Spec], claim: Claim, zarr_format: int | None, look: Look | None = None) -> Spec | None:
    """Choose the version that a document follows: as it says, else by its shape. ``specs`` go from old to new.

    A version that no installed one answers to gives ``None``. Without a version (or with one that is no
    text and no number), the newest version of the same Zarr format and place of metadata whose shape it has.
    Metadata at the top of the attributes in a Zarr format that its version does not have was moved there by a
    converter of containers: it is taken for a version of that format, whose namespace it lacks. ``look`` reads a
    JSON document below the group (``None``: there is none), for versions that only differ there.
    """
    candidates = list(reversed(specs))
    if zarr_format is not None:
        same = [spec for spec in candidates if spec.zarr_format == zarr_format]
        candidates = same or (candidates if claim.namespaced else [])
    if isinstance(claim.version, (str, float)):
        stated = accepting(specs, str(claim.version))
        if claim.namespaced or zarr_format is None or (stated is not None and stated.zarr_format == zarr_format):
            return stated
        moved = [spec for spec in candidates if spec.zarr_format == zarr_format and spec.resembles(claim.ome)]
        if stated is None:
            moved = [spec for spec in moved if spec.namespace is not None and _is_newer(spec, str(claim.version))]
        return next(iter(moved), stated)
    resembling = [spec for spec in candidates if spec.resembles(claim.ome)]
    placed = [spec for spec in resembling if (spec.namespace is not None) == claim.namespaced]
    for spec in placed or resembling:
        if look is None or spec.confirms is None or spec.confirms(claim.ome, look):
            return spec
    return None


def _is_newer(spec: Spec, stated: str) -> bool:
    """Tell whether a version comes after what a document states, which may be any text."""
    order = order_of(stated)
    return spec.order > order if order else spec.version > stated
