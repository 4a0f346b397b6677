"""What lists the members of a group, changed by one process at a time: nothing that another one adds is lost."""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from ngff_core import ValidationError, check_object
from ngff_core.editing.copies import update_copies
from ngff_core.editing.held import Held
from ngff_core.editing.rebuilding.documents import base_of, edits_of_group, edits_of_marker
from ngff_core.editing.rebuilding.tree import natural
from ngff_core.errors import UsageError
from ngff_core.mending.edit import Edit
from ngff_core.plugins.registry import default_registry
from ngff_core.stores.local.lock import LockedError
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import Write
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.run import interrupted, refuse_other
from ngff_core.zarr.keys import ATTRIBUTES_KEY, join
from ngff_write.arrays.headers import refuse_ome
from ngff_write.documents import Writing
from ngff_write.target import NewGroup

__all__ = ["Listing", "natural", "place_label", "revised"]

PATIENCE = 120.0  # seconds; a list is written in some thousandths of one
_PAUSES = (0.002, 0.02)
_COMMAND = "write"


class Listing:
    """The lists of a hierarchy as they are, and as they are to be; nothing is written before `write`."""

    def __init__(self, store: LocalWriter, writing: Writing) -> None:
        self.store = store
        self._spec = writing.spec
        self._models = writing.models
        self._held = Held(Recorder(store), default_registry().converter(writing.version), writing.zarr_format)
        self._edits: defaultdict[str, list[Edit]] = defaultdict(list)

    def value(self, path: str, key: str) -> Any:
        """Return what the OME metadata of a group has under a key; ``None``: there is none."""
        value = self._held.document(path, ATTRIBUTES_KEY[self._spec.zarr_format])
        for part in (*base_of(self._spec), key):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def group(self, path: str) -> None:
        """Let there be a group at a path."""
        self._add(edits_of_marker(self._held, self._spec, path))

    def put(self, path: str, key: str, value: Any, model: str, extra: Mapping[str, Any] | None = None) -> None:
        """Let the OME metadata of a group have a value under a key, which makes it such a model.

        ``extra`` are further attributes of the group. Raises ValidationError for what has errors, and UsageError where
        they would replace OME metadata.
        """
        namespace = self._spec.namespace
        refuse_ome(extra or {}, [key] if namespace is None else [namespace])
        version = {"version": self._spec.version} if namespace is not None else {}
        report = check_object({**version, key: value}, cls=getattr(self._models, model), version=self._spec.version)
        if not report.valid:
            raise ValidationError(report)
        self._add(edits_of_group(self._held, self._spec, path, key, value))
        attributes = () if self._spec.zarr_format == 2 else ("attributes",)
        name = ATTRIBUTES_KEY[self._spec.zarr_format]
        self._add(Edit(path, name, (*attributes, one), of) for one, of in (extra or {}).items())

    def _add(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            self._edits[join(edit.node, edit.document)].append(edit)

    def check(self) -> None:
        """Raise UsageError where a document that is there is in the way of the lists."""
        for key, edits in self._edits.items():
            if edits and not self._held.apply(key, edits):
                raise UsageError(f"{self.store.url}: {key} cannot be changed as it is; see ngff validate")
            edits.clear()

    def write(self, placed: Iterable[str] = ()) -> None:
        """Write the lists, and copies of them and of new documents (``placed``) in consolidated metadata.

        Raises UsageError where a document that is there is in the way.
        """
        self.check()
        changed = [key for key in self._edits if key in self._held.changed]
        unkept = update_copies(self._held, [*changed, *placed])
        if unkept:
            raise UsageError(f"{self.store.url}: its consolidated metadata cannot be changed as it is")
        self.store.put_many([Write(w.key, w.old, w.new) for w in self._held.writes() if w.new is not None])
        self.store.sync()


@contextmanager
def revised(root: str | os.PathLike[str], writing: Writing, action: str) -> Iterator[Listing]:
    """Yield the lists of a hierarchy while no other process changes them; they are written when nothing was raised.

    Waits for others. Raises LockedError where that takes too long, StoreError where something was interrupted in it.
    """
    store = LocalWriter(root)
    with ExitStack() as stack:
        _lock(stack, store, action)
        about = interrupted(store)
        if about is not None:
            refuse_other(store, about, _COMMAND)
        yield Listing(store, writing)


def _lock(stack: ExitStack, store: LocalWriter, action: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            stack.enter_context(store.lock(action))
        except LockedError:
            if time.monotonic() > end:
                raise
            time.sleep(random.uniform(*_PAUSES))
        else:
            return


def place_label(group: NewGroup, folder: str, name: str, writing: Writing) -> None:
    """Give new labels their name in the group of labels of an image, and list them there.

    The first ones get their name together with that group, so that there is never one which is not listed.
    """
    with revised(group.root, writing, "adding labels") as listing:
        keys = [join(folder, join(name, key)) for key in group.keys]
        if os.path.lexists(os.path.join(group.root, folder)):
            names = listing.value(folder, "labels")
            if names is not None and not isinstance(names, list):
                raise UsageError(f"{group.root}: the list of labels is no array: mend it first (ngff fix)")
            listing.put(
                folder, "labels", [*(names or []), *([name] if name not in (names or []) else [])], "LabelsGroup"
            )
            listing.check()  # before the labels have their place, so that they can get it once that is mended
            group.finish()
        else:
            with NewGroup(group.root, folder) as labels:
                labels.add("", writing.documents(writing.models.LabelsGroup(labels=[name])))
                group.finish(within=labels)
                labels.finish()
            keys += [join(folder, key) for key in labels.keys]
        listing.write(keys)
