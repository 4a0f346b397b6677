"""Which groups of a store settings are for: the one that is named, and the images below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TypedDict

import attrs

from ngff_core.editing.setting.images import put_in_image
from ngff_core.editing.setting.keys import ACQUISITION, PLATE, Setting
from ngff_core.editing.setting.noted import Noted, Ome
from ngff_core.errors import UsageError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.words import listed, with_article
from ngff_core.zarr.paths import resolve_path

__all__ = ["Chooser", "Where", "WhereWords"]

IMAGE, LABELS, PLATE_KIND, WELL = "image", "label-image", "plate", "well"


class WhereWords(TypedDict, total=False):
    """What `Where` is made of, as users say it."""

    at: Iterable[str] | str
    images: bool
    labels: bool
    wells: Iterable[str] | str
    fields: Iterable[str | int] | str | int


def _texts(given: Iterable[object] | str | int) -> tuple[str, ...]:
    return (str(given),) if isinstance(given, (str, int)) else tuple(map(str, given))


def _paths(given: Iterable[str] | str) -> tuple[str, ...]:
    found = []
    for path in _texts(given):
        target = resolve_path("", path)
        if target is None:
            raise UsageError(f"{path!r} is no path in a store")
        found.append(target)
    return tuple(found)


@attrs.frozen
class Where:
    """Which groups settings are for.

    ``at`` are their paths in the store, its root unless given. ``images``: all images below them, as the fields of a
    plate; ``wells`` (such as ``B/*``) and ``fields`` (their paths in a well) limit it to some, and ask for it as well.
    ``labels``: the label images of these images, too, for what they have in common.
    """

    at: tuple[str, ...] = attrs.field(default=(), converter=_paths)
    images: bool = False
    labels: bool = False
    wells: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    fields: tuple[str, ...] = attrs.field(default=(), converter=_texts)

    @property
    def below(self) -> bool:
        """True where the images below are meant, and not the group alone."""
        return self.images or bool(self.wells or self.fields)


class Chooser:
    """Called with each node of a store: notes the edits that settings take in those that they are for."""

    def __init__(self, settings: Sequence[Setting], where: Where) -> None:
        self.noted = Noted()
        self._where = where
        self._bases = where.at or ("",)
        self._of_plates = [setting for setting in settings if setting.of_plate]
        self._of_images = [setting for setting in settings if not setting.of_plate]
        self._of_labels = [setting for setting in settings if setting.of_labels]
        self._unmet = {*self._bases}
        self._unmatched = {*where.wells, *where.fields}
        self._seen: set[str] = set()
        self._unlike: list[str] = []  # label images that keep what their images do not

    def __call__(self, node: GroupNode | ArrayNode) -> None:
        """Note what is to be changed in a node."""
        if isinstance(node, ArrayNode):
            return
        ome, path, kind = Ome(node, self.noted), node.path, node.kind
        if path in self._bases:
            self._unmet.discard(path)
            self._put_in_base(ome, kind)
        if path in self._seen or not self._of_images:
            return
        if kind == IMAGE and self._where.below and self._is_chosen(node):
            self._put(ome, self._of_images)
        elif kind == LABELS and self._of_labels and (image := _image_of(node)) is not None and self._is_with(image):
            if self._where.labels:
                self._put(ome, self._of_labels, labels=True)
            else:
                self._unlike.append(path)

    def end(self) -> None:
        """Note what was asked for and not found."""
        noted = self.noted
        for path in sorted(self._unmet):
            noted.refuse(path, "there is no group of OME-Zarr metadata at that path")
        for pattern in sorted(self._unmatched):
            noted.refuse("", f"nothing matches {pattern!r}: wells are such as B/3 or B/*, fields such as 0")
        if self._unlike and any(setting.what == "pixel-size" for setting in self._of_labels):
            for path in self._unlike:
                noted.remark(path, "the labels keep the size of their pixels: with --labels they follow")

    def _put_in_base(self, ome: Ome, kind: str | None) -> None:
        """Note what is for a group that was named itself."""
        if self._of_plates and kind == PLATE_KIND:
            for setting in self._of_plates:
                _put_in_plate(ome, setting)
                self.noted.paths.setdefault(str(setting), []).append(ome.path)
        elif self._of_plates:
            ome.refuse(f"{self._of_plates[0].key} is for plates, and this is {with_article(kind or 'group')}")
        if not self._of_images or (self._where.below and kind not in (IMAGE, LABELS)):
            return
        if kind in (IMAGE, LABELS):
            self._put(ome, self._of_images)
        else:
            ome.refuse(
                f"{self._of_images[0].key} is for images, and this is {with_article(kind or 'group')}: --images"
                " chooses all images in it, --wells and --fields some"
            )

    def _put(self, ome: Ome, settings: Sequence[Setting], *, labels: bool = False) -> None:
        self._seen.add(ome.path)
        put_in_image(ome, settings, labels=labels)
        for setting in settings:
            self.noted.paths.setdefault(str(setting), []).append(ome.path)

    def _is_with(self, image: GroupNode) -> bool:
        """Tell whether the image that labels are of is chosen."""
        return image.path in self._bases or (self._where.below and self._is_chosen(image))

    def _is_chosen(self, node: GroupNode) -> bool:
        """Tell whether an image is one of those below that are meant."""
        path = node.path
        if not any(not base or f"{path}/".startswith(f"{base}/") for base in self._bases):
            return False
        if not self._where.wells and not self._where.fields:
            return True
        well = node.parent
        if well is None or well.kind != WELL:
            return False
        plate = well.parent
        name = _inside(well.path, plate.path if plate is not None and plate.kind == PLATE_KIND else "")
        field = _inside(path, well.path)
        return self._matches(self._where.wells, name) and self._matches(self._where.fields, field)

    def _matches(self, patterns: Sequence[str], name: str) -> bool:
        found = [pattern for pattern in patterns if fnmatchcase(name, pattern)]
        self._unmatched.difference_update(found)
        return bool(found) or not patterns


def _image_of(node: GroupNode) -> GroupNode | None:
    """Return the image that a label image lies in."""
    group = node.parent
    return group.parent if group is not None and group.kind == "labels-group" else None


def _inside(path: str, folder: str) -> str:
    return path[len(folder) + 1 :] if folder else path


def _put_in_plate(ome: Ome, setting: Setting) -> None:
    if setting.what == PLATE:
        ome.put(setting.value, "plate", "name")
        return
    assert setting.what == ACQUISITION
    found = list(_acquisitions(ome))
    numbers = [n for n, id_ in found if id_ == int(setting.who)]
    if len(numbers) != 1:
        ome.refuse(f"there is no acquisition {setting.who}, but {listed([id_ for _, id_ in found]) or 'none at all'}")
        return
    ome.put(setting.value, "plate", "acquisitions", numbers[0], "name")


def _acquisitions(ome: Ome) -> Iterator[tuple[int, object]]:
    written = ome.at("plate", "acquisitions")
    for number, entry in enumerate(written if isinstance(written, list) else ()):
        if isinstance(entry, dict):
            yield number, entry.get("id")
