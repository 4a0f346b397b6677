"""Give the images of one store their levels, and say what became of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import nullcontext

import attrs

from ngff_core.cli.changing.outcome import Next, Outcome, outcome_of_failure, shell_command
from ngff_core.cli.changing.run import OnProgress
from ngff_core.editing.plan import more_errors
from ngff_core.editing.run import ACTIONS, finish
from ngff_core.errors import NgffError, StoreError, UsageError, failure_of
from ngff_core.report.report import Report
from ngff_core.stores import Store
from ngff_core.stores.capabilities import archive_of, canonical_url_of
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.run import RefusedError, interrupted, refuse_other
from ngff_core.words import counted
from ngff_write.backends import Backend, backend_named
from ngff_write.cli.levels import levels_json, levels_lines
from ngff_write.cli.progress import Progress
from ngff_write.pyramids.commit import COMMAND
from ngff_write.pyramids.further import Asked
from ngff_write.pyramids.run import Mended, clear, images_in, mend, plan

__all__ = ["Mending"]

MOST_SAID = 10  # images of one of many stores, of which is said why nothing was done


@attrs.frozen
class _Image:
    """What became of one multiscale of an image; ``error`` is why nothing did."""

    path: str
    number: int
    mended: Mended | None = None
    remarks: Sequence[str] = ()
    error: NgffError | None = None

    @property
    def changed(self) -> bool:
        return self.mended is not None and not self.mended.planned.idle

    @property
    def name(self) -> str:
        return f"{self.path or '/'} (multiscale {self.number})" if self.number else self.path or "/"

    @property
    def code(self) -> int:
        if self.error is None:
            return 0
        return 1 if isinstance(self.error, (UsageError, RefusedError)) else 3


@attrs.frozen(eq=False, kw_only=True)
class Mending:
    """Gives the images of each store their levels, or plans to; called as `change_stores` wants it.

    ``single``: there is one store, of which all is said.
    """

    asked: Asked
    only_plan: bool
    break_lock: bool
    compression: str | None
    writer: str
    workers: int | None
    again: Sequence[str]
    single: bool

    def __call__(self, store: Store, name: str, on_progress: OnProgress) -> Outcome:
        """Finish what was interrupted in a store, and look after each of its images; return what became of it."""
        root = _folder_of(store)
        self._finish(store)
        found, report = images_in(LocalStore(root))
        if not found:
            return _without_images(store.url, report)
        progress = Progress()
        backend = backend_named(self.writer, self.workers)
        try:
            images = [self._image(root, path, number, backend, progress) for path, number in found]
        finally:
            progress.clear()
            backend.close()
        worse = _worse(root, report) if not self.only_plan and any(image.changed for image in images) else []
        return self._outcome(store.url, name, images, worse)

    def _finish(self, store: Store) -> None:
        if not self.only_plan:
            finish(store, COMMAND, break_lock=self.break_lock)
            return
        about = interrupted(store)
        if about is not None:
            refuse_other(store, about, COMMAND)
            hint = "finish it by the same command without --plan"
            raise StoreError(f"{ACTIONS[COMMAND]} of {store.url} were interrupted", hint=hint)

    def _image(self, root: str, path: str, number: int, backend: Backend, progress: Progress) -> _Image:
        lock = nullcontext() if self.only_plan else LocalWriter(root).lock(ACTIONS[COMMAND], break_lock=self.break_lock)
        try:
            with lock:
                if not self.only_plan:
                    clear(root, path)
                found = plan(root, path, self.asked, number)
                remarks = list(found.remarks)
                if not (self.only_plan or found.planned.idle):
                    remarks += mend(root, found, self.compression, backend, progress)
                return _Image(path, number, found, remarks)
        except NgffError as error:
            return _Image(path, number, error=error)
        except Exception as error:  # of a library that reads or writes chunks; the other images have their turn
            return _Image(path, number, error=StoreError(failure_of(error)))

    def _outcome(self, url: str, name: str, images: Sequence[_Image], worse: Sequence[str]) -> Outcome:
        code = max(*(image.code for image in images), 1 if worse else 0)
        every, changed = ({image.path for image in some} for some in (images, filter(lambda i: i.changed, images)))
        done = "planned" if self.only_plan else "done"
        status = {3: "failed", 1: "refused"}.get(code) or (done if changed else "unchanged")
        said = f"{counted(len(every), 'image')}, {len(changed)} {'to be changed' if self.only_plan else 'changed'}"
        following = [Next(shell_command(COMMAND, name, *self.again), "carries it out")] if status == "planned" else []
        result: JSONObject = {
            "schema": 1,
            "command": COMMAND,
            "url": url,
            "status": status,
            "images": [_json(image) for image in images],
        }
        errors = [f"{image.name}: {image.error}" for image in images if image.error is not None]
        return Outcome(
            url=url,
            status=status,
            headline=f"{status}  {url}  {said}",
            code=code,
            reasons=() if self.single else errors[:MOST_SAID],
            causes=[str(image.error) for image in images if image.error is not None],
            following=following,
            details=[*(line for image in images for line in _lines(image, self.only_plan)), *worse],
            result=lambda: result,
        )


def _folder_of(store: Store) -> str:
    """Return the folder that a store is; raises StoreError for archives and addresses."""
    if archive_of(store) is not None:
        raise StoreError(f"{store.url} is an archive, which is not changed in place", hint="unpack it first")
    root = canonical_url_of(store)
    if not os.path.isdir(root):
        hint = "copy it here, and change that" if "://" in store.url else None
        raise StoreError(f"{store.url} is no folder of this machine", hint=hint)
    return root


def _worse(root: str, before: Report) -> list[str]:
    """Say what is wrong in a store now and was not before, such as labels with other levels than their image."""
    _, after = images_in(LocalStore(root))
    found = more_errors(before, after)
    return ["", *(f"{remark.path or '/'}: {remark.text}" for remark in found)] if found else []


def _without_images(url: str, report: Report) -> Outcome:
    if report.version is None:
        return outcome_of_failure(url, StoreError(f"{url} has no OME-Zarr metadata that could be read"), "")
    return outcome_of_failure(url, UsageError(f"there is no image in {url}"), "")


def _lines(image: _Image, only_plan: bool) -> Iterator[str]:
    """Yield what is said of an image: nothing where all is right."""
    found = image.mended
    if found is None:
        yield from ("", image.name, f"  stays as it is: {image.error}")
        return
    if not (image.changed or image.remarks):
        return
    yield ""
    yield image.name
    yield from (f"  {reason}" for reason in found.planned.reasons)
    if image.changed:
        yield from (f"  {line}" for line in levels_lines(found, only_plan=only_plan))
    yield from (f"  {remark}" for remark in image.remarks)


def _json(image: _Image) -> JSONObject:
    found = image.mended
    which: JSONObject = {"path": image.path, "multiscale": image.number}
    if found is None:
        return {**which, "status": "refused" if image.code == 1 else "failed", "reasons": [str(image.error)]}
    planned = found.planned
    made = [
        {"path": name, "shape": list(level.shape), "scale": list(level.scale), "translation": list(level.translation)}
        for name, level in zip(found.names, planned.levels[planned.kept :], strict=True)
    ]
    return {
        **which,
        "status": "changed" if image.changed else "unchanged",
        "kernel": planned.kernel.name,
        "kept": [level.path for level in found.state.levels[: planned.kept]],
        "made": list(made),
        "removed": [level.path for level in found.change.removed],
        "levels": levels_json(found),
        "reasons": list(planned.reasons),
        "remarks": list(image.remarks),
    }
