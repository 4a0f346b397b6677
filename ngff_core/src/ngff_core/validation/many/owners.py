"""Check the hierarchies that files belong to, each once: what a commit hook needs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Unpack

import attrs

from ngff_core.crawl.reader import Reader
from ngff_core.crawl.search.discover import ARCHIVES
from ngff_core.errors import UsageError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.plugins.registry import Registry
from ngff_core.report.report import Report
from ngff_core.validation.calls import Options, validator_of
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.many.found import validate_found
from ngff_core.validation.opening import open_store
from ngff_core.validation.root import has_metadata, is_array, read_root
from ngff_core.validation.store import NOBODY, Listeners
from ngff_core.validation.validator import Validator

__all__ = ["check_containing", "validate_containing"]

SUFFIX = ".ome.zarr"
NO, PERHAPS, YES = range(3)


def check_containing(
    files: Iterable[str], *, registry: Registry | None = None, **options: Unpack[Options]
) -> Iterator[Report]:
    """Check the hierarchy that each file of this machine belongs to; yields one report for each hierarchy.

    A hierarchy begins at the outermost directory with OME-Zarr metadata; what lies inside it and is named by none
    of its metadata is a hierarchy of its own. From relative paths nothing above the working directory is looked at.
    Zip archives are checked themselves, files that belong to no OME-Zarr hierarchy are passed over. The options
    are those of `check_store`.
    """
    yield from validate_containing(validator_of(registry, **options), files)


def validate_containing(
    validator: Validator,
    files: Iterable[str],
    storage_options: Mapping[str, object] | None = None,
    listeners: Listeners = NOBODY,
) -> Iterator[Report]:
    """Evaluate the hierarchy that each file belongs to; see `check_containing`."""
    known: dict[str, int] = {}
    evaluated: dict[str, set[str]] = {}
    for file in files:
        outer: list[str] = []
        for root in _roots_above(file, known, validator):
            if any(os.path.relpath(root, other) in evaluated[other] for other in outer):
                continue
            outer.append(root)
            if root not in evaluated:
                evaluated[root] = set()
                recording = Listeners(_Seen(evaluated[root]), listeners.on_progress)
                yield from validate_found(validator, [Address(root)], storage_options, recording)


@attrs.frozen(eq=False)
class _Seen:
    """Records the folders of nodes."""

    folders: set[str]

    def __call__(self, node: GroupNode | ArrayNode) -> None:
        self.folders.add(os.path.normpath(node.path))  # "." for the root


def _roots_above(file: str, known: dict[str, int], validator: Validator) -> list[str]:
    """Return where a hierarchy with the file may begin, outermost first."""
    if "://" in file:
        raise UsageError(f"{file!r} is an address; hierarchies are only looked for around files of this machine")
    above = _above(file)
    for folder in above:
        if folder not in known:
            known[folder] = _begins(folder, validator)
    # metadata that cannot be read says nothing of OME-Zarr: it only counts where no other does
    found = [f for f in above if known[f] == YES] or [f for f in above if known[f] == PERHAPS]
    absent = not found and not os.path.lexists(file)
    return [*found, file] if file.endswith(ARCHIVES) or absent else found


def _above(file: str) -> list[str]:
    """Return the directories that a file is in, outermost first; of a relative path up to the working directory."""
    folder = os.path.normpath(file if os.path.isdir(file) else os.path.dirname(file))
    if folder.startswith(os.pardir):
        folder = os.path.abspath(folder)
    above = [folder]
    while folder != os.curdir and (parent := os.path.dirname(folder) or os.curdir) != folder:
        above.append(folder := parent)
    return above[::-1]


def _begins(folder: str, validator: Validator) -> int:
    """Tell whether a directory is a group with OME-Zarr metadata, or was perhaps meant as one."""
    root = read_root(Reader(open_store(validator, folder)), validator.specs)
    if has_metadata(root, validator.specs):
        return YES
    broken = any(document.problems for document in root.documents.values())
    unread = any(isinstance(value, Exception) for value in root.read.values())
    named = bool(root.documents) and folder.endswith(SUFFIX) and not is_array(root)
    return PERHAPS if broken or unread or named else NO
