"""Pictures of what is in a store, in the page itself: made where they were asked for, by what the options bring."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Protocol

from ngff_core.report.clearing import clean
from ngff_core.report.formats.html.markup import code, text
from ngff_core.report.formats.text_parts import one_line
from ngff_core.report.outline.nodes import Outline
from ngff_core.words import counted

__all__ = ["Picture", "Pictures", "figures", "image", "not_made", "small"]


class Picture(Protocol):
    """A PNG of what is at a path; empty where ``problem`` says why there is none."""

    @property
    def path(self) -> str:
        """The path below the root of the store."""

    @property
    def png(self) -> bytes:
        """The file."""

    @property
    def problem(self) -> str | None:
        """Why there is none."""


class Pictures(Protocol):
    """Makes the pictures of a store."""

    def of(self, url: str, *, few: bool = False) -> Iterable[Picture]:
        """Return the pictures of a store; ``few``: one small one."""


def image(picture: Picture) -> str:
    """Return the picture as an element; what it is of stands beside it."""
    return f'<img src="data:image/png;base64,{b64encode(picture.png).decode()}" alt="">'


def figures(pictures: Iterable[Picture], outline: Outline | None) -> Iterator[str]:
    """Yield pictures that stand by themselves: not those of the wells of a plate, which are in its map."""
    wells = _wells_of(outline)
    shown = [picture for picture in pictures if picture.png and picture.path not in wells]
    if shown:
        yield "<div class=pictures>"
        for picture in shown:
            yield f"<figure>{image(picture)}<figcaption>{code(clean(picture.path) or '/', 200)}</figcaption></figure>\n"
        yield "</div>\n"


def _wells_of(outline: Outline | None) -> set[str]:
    """Return the paths of the wells that are in a map."""
    layout = outline.plates.get("") if outline is not None else None
    return {path for path, _, _ in layout.wells} if layout is not None else set()


def not_made(pictures: Iterable[Picture]) -> str:
    """Say how many pictures could not be made, and why the first of them was not; perhaps nothing."""
    missing = [picture for picture in pictures if picture.problem is not None]
    if not missing:
        return ""
    first = missing[0]
    where = f" ({text(clean(first.path), 200)})" if first.path else ""
    why = text(one_line(first.problem or ""))
    return f"<p class=omitted>{counted(len(missing), 'picture')} could not be made{where}: {why}</p>\n"


def small(pictures: Iterable[Picture]) -> str:
    """Return the first picture, as it stands in a line."""
    return next((image(picture) for picture in pictures if picture.png), "")
