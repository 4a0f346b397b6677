"""Walk from group to group, to all that there is to see: they may name each other, in chains and in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from typing import Generic, Protocol, TypeVar

import attrs

from ngff_core.structure.model import Model

__all__ = ["Met", "views_from"]


class _Placed(Protocol):
    @property
    def path(self) -> str: ...


V = TypeVar("V", bound=_Placed)
G = TypeVar("G", bound=_Placed)


@attrs.frozen(eq=False)
class Met(Generic[V, G]):
    """What is met on the way: a view, or a group with its models, in which there are more.

    ``again``: what names it is not the first kind of metadata of its group.
    """

    view: V | None = None
    group: G | None = None
    models: Sequence[Model] = ()
    again: bool = False


Look = Callable[[G, Sequence[Model], Set[str]], Iterator[tuple[int, Met[V, G]]]]
"""Yields what a group leads to, each with the number of the model that names it; the set holds the paths above it."""


def views_from(first: Met[V, G], look: Look[G, V], is_leaf: Callable[[Model], bool]) -> Iterator[V]:
    """Yield the views in a group and below it, in their order; without recursion, as the way may be long.

    What a group leads to by models that are no leaves is looked for once, however often the group is named.
    """
    visited: set[str] = set()
    shown: set[str] = set()  # what one kind of metadata names need not be shown for another one again
    above: set[str] = set()
    way: list[tuple[Met[V, G], Iterator[tuple[int, Met[V, G]]]]] = []
    met: Met[V, G] | None = first
    while met is not None or way:
        if met is None:
            left = way.pop()[0].group
            above.discard(left.path if left is not None else "")
        elif met.group is not None:
            models = [model for model in met.models if met.group.path not in visited or is_leaf(model)]
            visited.add(met.group.path)
            way.append((met, look(met.group, models, above)))
            above.add(met.group.path)
        elif met.view is not None and not (met.again and met.view.path in shown):
            shown.add(met.view.path)
            yield met.view
        met = _next(*way[-1]) if way else None


def _next(of: Met[V, G], found: Iterator[tuple[int, Met[V, G]]]) -> Met[V, G] | None:
    number, met = next(found, (0, None))
    return met if met is None else attrs.evolve(met, again=of.again or number > 0)
