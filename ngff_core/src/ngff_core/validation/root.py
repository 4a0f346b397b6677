"""What is at the root of a store, and the version to evaluate it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ngff_core.crawl.absence import absence_assumed, not_listed, unreadable
from ngff_core.crawl.memory import LARGEST
from ngff_core.crawl.reader import NOTHING, AtHand, Reader
from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.hierarchy.left_over import is_called_left_over, left_over_below, left_over_without_metadata
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer, to_pointer
from ngff_core.issues.requirement import MUST
from ngff_core.references import Reference
from ngff_core.spec.detect import Claim, choose_spec, claim_at_root
from ngff_core.spec.spec import Spec
from ngff_core.stores.base import UndecidedError, UnreachableError
from ngff_core.stores.capabilities import archive_of
from ngff_core.structure.values import JSONObject
from ngff_core.validation.setup import Setup
from ngff_core.words import listed
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import ARRAY_KEY, ATTRIBUTES_KEY, CONSOLIDATED_KEY, GROUP_KEYS, OTHER_FORMAT
from ngff_core.zarr.paths import resolve_path
from ngff_core.zarr.text import json_object

if TYPE_CHECKING:
    from ngff_core.crawl.looked import Looked

__all__ = [
    "Chosen",
    "Root",
    "choice_of",
    "choose",
    "has_metadata",
    "is_array",
    "metadata_on_array",
    "nothing_here",
    "read_root",
]

_look_below = Reference("ngff_core.crawl.search.discover:look_below")  # only where there is nothing
_broken_off = Reference("ngff_core.validation.typos:broken_off")
_is_streamed = Reference("ngff_core.validation.typos:is_streamed")
_meant_store = Reference("ngff_core.validation.typos:meant_store")
_with_meant_key = Reference("ngff_core.spec.near_keys:with_meant_key")
_NOTHING = "no OME-Zarr metadata here"
LISTED = 200  # folders that are listed to say where to look instead


class Root:
    """What is at the root of a store: its group documents by Zarr format, and all that was read, by key.

    ``copies`` is consolidated metadata of Zarr v2, where it was asked for with the rest; ``parsed`` is the object in
    one of its documents, which a crawl uses up, ``claims`` what they say of their version.
    """

    __slots__ = ("claims", "copies", "documents", "parsed", "read")

    def __init__(self, documents: dict[int, GroupDocument], read: dict[str, Answer], copies: Answer = None) -> None:
        self.documents = documents
        self.read = read
        self.copies = copies
        self.claims: dict[int, Claim | None] = {}
        self.parsed: tuple[bytes, JSONObject] | None = None

    def for_crawl(self, zarr_format: int) -> Root:
        """Return what a crawl needs of it: what was read, and parsed, but for what is large or not as it should be."""
        document = self.documents.get(zarr_format)
        data = self.read.get(ATTRIBUTES_KEY[zarr_format])
        root = Root({}, self.read, self.copies)
        if document is not None and not document.problems and isinstance(data, bytes) and len(data) <= LARGEST:
            root.parsed = data, document.raw if zarr_format == 3 else document.attributes
        return root

    @property
    def first(self) -> GroupDocument | None:
        """The document of the newest Zarr format that there is."""
        return next(iter(self.documents.values()), None)


class Chosen:
    """The version and the Zarr format to evaluate a store by, and what could not be read beside that."""

    __slots__ = ("issues", "spec", "zarr_format")

    def __init__(self, spec: Spec, zarr_format: int, issues: tuple[Issue, ...] = ()) -> None:
        self.spec = spec
        self.zarr_format = zarr_format
        self.issues = issues


def read_root(reader: Reader, specs: Iterable[Spec], version: str | None = None, known: AtHand = NOTHING) -> Root:
    """Read the documents at the root, but for those that are ``known``.

    The newer Zarr format is asked for first (that of ``version``, if given), the other one only when there is no
    OME metadata in it.
    """
    specs = list(specs)
    documents: dict[int, GroupDocument] = {}
    claims: dict[int, Claim | None] = {}
    read: dict[str, Answer] = {}
    copies: Answer = None
    wanted = next((spec.zarr_format for spec in specs if spec.version == version), 3)
    for zarr_format in (wanted, OTHER_FORMAT[wanted]):
        keys = GROUP_KEYS[zarr_format]
        asked = keys if zarr_format == 3 or reader.store.lists_cheaply else (*keys, CONSOLIDATED_KEY[2])
        values = dict(zip(asked, reader.get_many(asked, known.values), strict=True))
        copies = values.pop(CONSOLIDATED_KEY[2], copies)
        read.update(values)
        good = {name: value for name, value in values.items() if not isinstance(value, StoreError)}
        if len(good) < len(values) and any(isinstance(value, UnreachableError) for value in values.values()):
            return Root({}, read)
        document = group_document(zarr_format, good, parsed=known.parsed, twice=False)
        if document is None:
            continue
        documents[zarr_format] = document
        claims[zarr_format] = claim_at_root(specs, document.attributes, zarr_format)
        if claims[zarr_format] is not None:
            break
    known_as_groups = [document for document in documents.values() if document.marked]
    if not any(document.attributes for document in known_as_groups) or len(known_as_groups) < len(documents):
        read[ARRAY_KEY[2]] = reader.get_many([ARRAY_KEY[2]])[0]
    root = Root(dict(sorted(documents.items(), reverse=True)), read, copies)
    root.claims = claims
    return root


def choose(setup: Setup, root: Root, reader: Reader) -> Chosen | tuple[Issue, ...]:
    """Choose the version and the Zarr format to evaluate by, or say why there is none.

    The newer format wins where both have metadata.
    """
    chosen = choice_of(setup, root, reader)
    if isinstance(chosen, Issue):
        return (chosen,)
    if chosen is not None:
        return Chosen(chosen.spec, chosen.zarr_format, tuple(_unread(root, GROUP_KEYS[chosen.zarr_format])))
    problems = [problem for document in root.documents.values() for problem in document.problems]
    return (*_unread(root, ()), *problems) or (_nothing_here(setup, reader, root),)


def _nothing_here(setup: Setup, reader: Reader, root: Root) -> Issue:
    issue = nothing_here(setup, reader, root)
    for document in root.documents.values():
        issue = _with_meant_key(issue, document.attributes, setup.specs)
    return issue


def choice_of(setup: Setup, root: Root, reader: Reader) -> Chosen | Issue | None:
    """Choose as `choose` does, and look no further where there is nothing."""
    documents, specs = root.documents, setup.specs
    if is_array(root):
        here = root.first
        on_array = here is not None and has_metadata(root, specs)
        return metadata_on_array(here.name, here.base) if on_array and here is not None else _array_here(reader)
    if not documents:
        return None
    claims = root.claims
    best = next((f for f in documents if claims[f] is not None), next(iter(documents)))
    if setup.settings.version is not None:
        spec = setup.registry.spec(setup.settings.version)
        return Chosen(spec, spec.zarr_format if claims.get(spec.zarr_format) is not None else best)
    claim = claims[best]
    if claim is None:
        return None
    found = choose_spec(specs, claim, best, lambda path: _look(reader, path))
    return setup.no_version(claim) if found is None else Chosen(found, best)


def _look(reader: Reader, path: str) -> JSONObject | None:
    """Read a JSON document, inside the store only."""
    key = resolve_path("", path)
    return json_object(reader.get_many([key])[0]) if key is not None else None


def has_metadata(root: Root, specs: Sequence[Spec]) -> bool:
    """Tell whether there is OME metadata at the root."""
    return any(claim_at_root(specs, document.attributes) is not None for document in root.documents.values())


def is_array(root: Root) -> bool:
    """Tell whether there is an array where a group was expected."""
    documents = root.documents
    if root.read.get(ARRAY_KEY[2]) and not any(d.attributes and d.marked for d in documents.values()):
        return isinstance(root.read[ARRAY_KEY[2]], bytes)
    return 2 not in documents and 3 in documents and documents[3].raw.get("node_type") == "array"


def _unread(root: Root, evaluated: Sequence[str]) -> list[Issue]:
    """Say what could not be read at the root, besides the documents that the crawl reports on.

    What is merely withheld counts as absent where others could be read.
    """
    failed = {n: e for n, e in root.read.items() if isinstance(e, StoreError) and n not in evaluated}
    if not root.documents and len({str(error) for error in failed.values()}) == 1:
        return [unreadable("", ", ".join(failed), next(iter(failed.values())))]  # one cause, reported once
    return [
        absence_assumed("", name, error)
        if root.documents and isinstance(error, UndecidedError)
        else unreadable("", name, error)
        for name, error in failed.items()
    ]


def metadata_on_array(document: str, base: Pointer) -> Issue:
    """Say that OME metadata sits on an array; ``base`` leads to it in the document."""
    return Issue(
        rule="zarr-metadata-in-group-attributes",
        requirement=MUST,
        severity=MUST.severity,
        message="the OME-Zarr metadata sits on an array",
        document=document,
        pointer=to_pointer(base),
        found="array",
        expected="in the attributes of the group that holds the array",
        hint="make a group of this folder, and move the array into one below it",
    )


def _array_here(reader: Reader) -> Issue:
    """Say that there is an array where a group was expected; in an archive it may be one that lies below the top."""
    archive = archive_of(reader.store)
    if archive is not None and archive.root:
        shown = listed(archive.roots.first, 5)
        return _only_parts(shown, hint="bring back the metadata of the group that holds them, and zip it anew")
    return finding(
        "store-without-metadata",
        "this is an array, one resolution level perhaps; OME-Zarr metadata is in groups",
        hint="try the directory above",
    )


def nothing_here(setup: Setup, reader: Reader, root: Root | None = None) -> Issue:
    """Say that there is no OME metadata, and where there is some below."""
    try:
        return _where_else(setup, reader, root)
    except StoreError as error:
        return not_listed("", error)


def _where_else(setup: Setup, reader: Reader, root: Root | None) -> Issue:
    if is_called_left_over(reader.store.url):
        return left_over_without_metadata(reader.store.url, streamed=_is_streamed(reader.store))
    names = reader.list("")
    if names is not None and not names:
        left = _broken_off(reader.store)
        if left is not None:
            assert isinstance(left, Issue)
            return left
        near = _meant_store(reader.store)
        document = "check the path; to check a single document, give it on standard input: ngff validate - < FILE"
        hint = document if near is None else f"did you mean {near}?"
        return finding("store-not-found", "there is no directory here, or an empty one", hint=hint)
    looked = list(islice(_stores_among(reader, setup, root), 6))
    parts = next((one for one in looked if not one.path), None)
    if parts is not None:
        row, _, column = parts.shown.partition("/")
        plate = "; `ngff rebuild` makes that of a plate, with --apply" if row.isalpha() and column.isdecimal() else ""
        return _only_parts(parts.shown, hint=f"bring back the metadata of this group{plate}")
    below = [one.path for one in looked]
    if below:
        shown = ", ".join(below[:5]) + (", ..." if len(below) > 5 else "")
        hint = f"try {below[0]}" + (", or all of them with --recursive" if len(below) > 1 else "")
        return finding("store-without-metadata", f"{_NOTHING}, but below", found=shown, hint=hint)
    if names is not None:
        left = [name[:-1] for name in names if name.endswith("/") and is_called_left_over(name)]
        return left_over_below(left) if left else finding("store-without-metadata", f"{_NOTHING}, nor below")
    if root is not None and root.documents:
        hint = "what is below cannot be listed here: name the group that has the metadata"
        return finding("store-without-metadata", "there is no OME-Zarr metadata in this group", hint=hint)
    if reader.store.lists_cheaply:
        hint = "check the permissions of the folder"
        return finding("store-not-found", "there is a directory here that cannot be listed", hint=hint)
    hint = "check the address: it has to be that of the group, which holds zarr.json or .zattrs"
    return finding("store-not-found", "there is no OME-Zarr metadata at this address", hint=hint)


def _only_parts(shown: str, hint: str) -> Issue:
    message = f"{_NOTHING}, only parts of what should be here"
    return finding("store-without-metadata", message, found=shown, hint=hint)


def _stores_among(reader: Reader, setup: Setup, root: Root | None) -> Iterator[Looked]:
    """Yield the stores below, and the root itself where parts of it are below."""
    looked: Iterator[Looked] = _look_below(reader, setup.specs, root.first if root is not None else None, most=LISTED)
    return (one for one in looked if one.is_certain and (one.path or one.shown))
