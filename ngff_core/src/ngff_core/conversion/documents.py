"""Whole documents: the group that a model stands for, and the model that stands for a group."""

from __future__ import annotations

from enum import Enum

from ngff_core.conversion.way import Way
from ngff_core.errors import UsageError
from ngff_core.migration.interface import NodeDocuments, Notes
from ngff_core.spec.spec import Kind, Role, Spec
from ngff_core.structure.converter import structure
from ngff_core.structure.model import Model
from ngff_core.structure.own_classes import package_of
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate

__all__ = ["converted_document", "group_of", "kind_of_class", "metadata_of", "named"]

_ATTRIBUTES = "attributes"
_COPIES = "consolidated_metadata"
_HEADER = ("zarr_format", "node_type")


class Form(Enum):
    """What a model is: OME metadata alone, the attributes that hold it, or the document that holds these."""

    METADATA = 0
    ATTRIBUTES = 1
    DOCUMENT = 2


def converted_document(
    way: Way, cls: type[Model], value: JSONObject, goal: type[Model] | None
) -> tuple[Model | None, Notes]:
    """Return what becomes of an object of a class, and what is said of it; ``None`` where something is in the way.

    ``goal`` is the class that is asked for, else it is the same as before as far as the other version has it. Raises
    UsageError for a class that it does not become.
    """
    form = _form_of(way.source, cls)
    inside = value.get(_ATTRIBUTES) if form is Form.DOCUMENT else value
    if not isinstance(inside, dict):
        notes = Notes(way.target.zarr_format)
        notes.refuse("", f"its attributes are {abbreviate(inside)}, expected an object")
        return None, notes
    namespace = way.source.namespace
    attributes = {namespace: inside} if form is Form.METADATA and namespace is not None else inside
    kind = kind_of_class(way.source, cls) if form is Form.METADATA else _kind_of(way.source, attributes)
    said = {key: v for key, v in value.items() if key not in (_ATTRIBUTES, _COPIES)} if form is Form.DOCUMENT else None
    node, notes = way.taken(group_of(way.source, kind, attributes, said))
    if notes.obstacles:
        return None, notes
    made, to = _goal(way, kind, form, goal)
    if form is Form.DOCUMENT and value.get(_COPIES) is not None:
        notes.remark("", f"`{_COPIES}` is left out: it holds copies of documents of {way.source.version}")
    held = _inside(way.target, node, to, notes)
    if form is to is Form.DOCUMENT and _COPIES in value and value[_COPIES] is None:
        held[_COPIES] = None
    return structure(way.registry.converter(way.target.version), held, made)[0], notes


def kind_of_class(spec: Spec, cls: type[Model]) -> Kind | None:
    """Return the kind of group that the objects of a class, or of the class that it is derived from, are of."""
    models = {kind.load(): kind for kind in reversed(spec.kinds)}
    return next((models[base] for base in cls.__mro__ if base in models), None)


def named(cls: type) -> str:
    """Return a class by the name that it is imported by: that of its package, and its own."""
    return f"{package_of(cls)}.{cls.__name__}"


def _form_of(spec: Spec, cls: type[Model]) -> Form:
    document, attributes = spec.load_document(), spec.load_attributes()
    if document is not None and issubclass(cls, document):
        return Form.DOCUMENT
    return Form.ATTRIBUTES if attributes is not None and issubclass(cls, attributes) else Form.METADATA


def metadata_of(spec: Spec, attributes: JSONObject) -> JSON:
    """Return the OME metadata that attributes hold."""
    return attributes if spec.namespace is None else attributes.get(spec.namespace, {})


def _kind_of(spec: Spec, attributes: JSONObject) -> Kind | None:
    ome = metadata_of(spec, attributes)
    return spec.kind_of(ome) if isinstance(ome, dict) else None


def group_of(spec: Spec, kind: Kind | None, attributes: JSONObject, said: JSONObject | None = None) -> NodeDocuments:
    """Return the documents of a group with these attributes; ``said`` is what its own document says besides."""
    marker = {"zarr_format": 2} if spec.zarr_format == 2 else {"zarr_format": 3, "node_type": "group"}
    return NodeDocuments(
        "", kind.name if kind is not None else Role.GROUP, spec.zarr_format, said or marker, attributes
    )


# --- what it becomes --------------------------------------------------------------------------------


def _goal(way: Way, kind: Kind | None, form: Form, goal: type[Model] | None) -> tuple[type[Model], Form]:
    """Return the class of the result, and its form."""
    spec = way.target
    last = spec.kind_named(kind.name) if kind is not None else None
    own = {Form.DOCUMENT: spec.load_document(), Form.ATTRIBUTES: spec.load_attributes()}
    own[Form.METADATA] = last.load() if last is not None else None
    if goal is not None:
        found = next((to for to, cls in own.items() if cls is goal), None)
        if found is None:
            classes = " or ".join(named(cls) for cls in own.values() if cls is not None)
            raise UsageError(f"it becomes an object of {classes or 'no class'}, not of {named(goal)}")
        return goal, found
    to = form if own[form] is not None else Form.METADATA
    made = own[to]
    if made is None:
        what = "metadata of no kind that is known" if kind is None else f"the metadata of a group ({kind.name})"
        raise UsageError(f"there is no model of {spec.version} for {what}")
    return made, to


def _inside(spec: Spec, node: NodeDocuments, form: Form, notes: Notes) -> JSON:
    """Return what a model of this form holds of a group; what it has no place for is noted as lost."""
    if form is Form.DOCUMENT:
        return {**node.metadata, _ATTRIBUTES: node.attributes}
    for key in sorted(node.metadata.keys() - set(_HEADER)):
        notes.lose("", f"`{key}` of zarr.json, beside its attributes")
    if form is Form.METADATA and spec.namespace is not None:
        around = spec.load_attributes()
        kept = f", which {named(around)} has" if around is not None else ""
        for key in sorted(node.attributes.keys() - {spec.namespace}):
            notes.lose("", f"the attribute `{key}`: the model has no place beside `{spec.namespace}` for it{kept}")
    return metadata_of(spec, node.attributes) if form is Form.METADATA else node.attributes
