"""The rule on the graph of coordinate systems: all of them hang together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import MUST
from ngff_core.words import short
from ngff_v06.models.systems import CoordinateSystemIdentifier
from ngff_v06.rules.examples import scene, store, system
from ngff_v06.rules.holders import KINDS, Holder, holders_of
from ngff_v06.transforms.walk import own_transformations, systems_of

Place = tuple[str, str]

_MOVE = {"type": "translation", "translation": [0, 5]}


@rule(
    "transform-graph-connected",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    alone=True,
    valid=[store({"type": "identity"}), scene()],
    invalid=[
        store(systems=[system("world")]),
        scene(
            {**_MOVE, "input": {"path": "a", "name": "physical"}, "output": {"name": "world"}},
            systems=[system("world"), system("stage")],
            images=("a",),
        ),
        scene(
            {**_MOVE, "input": {"path": "a", "name": "physical"}, "output": {"name": "world"}},
            {**_MOVE, "input": {"path": "b", "name": "physical"}, "output": {"name": "stage"}},
            systems=[system("world"), system("stage")],
        ),
    ],
)
def graph_connected(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """All coordinate systems of an image, and of a scene with the images it names, are linked by transformations.

    Directions do not matter. Images of a scene count as one with all their systems, since those are linked inside the
    image; images that no transformation of the scene names are left out.
    """
    for start, holder in holders_of(node):
        found, links = _places(holder), _links(holder)
        if not found or links is None:
            continue
        first, neighbours = _first(holder, found), _neighbours(links)
        reached: set[Place] = set()
        _reach(first, neighbours, reached)
        named = _name(first)
        for place, where in found.items():
            if place not in reached:
                _reach(place, neighbours, reached)  # one finding for all that hang together
                yield ctx.at(*start, *where).issue(
                    f"no transformations link {_name(place)} with {named}",
                    expected=f"a chain of transformations to {named}",
                )


def _name(place: Place) -> str:
    path, name = place
    return f"the image {short(path)!r}" if path else f"coordinate system {short(name)!r}"


def _place(end: object) -> Place | None:
    if not isinstance(end, CoordinateSystemIdentifier):
        return None
    if isinstance(end.path, str):
        return end.path.strip("/"), ""
    return ("", end.name) if isinstance(end.name, str) else None


def _places(holder: Holder) -> dict[Place, Pointer]:
    """Return what has to hang together: the systems of its own, and in a scene the images that it names."""
    found: dict[Place, Pointer] = {}
    systems = holder.coordinateSystems if isinstance(holder.coordinateSystems, list) else []
    known = systems_of(holder)
    for index, system_ in enumerate(systems):
        name = getattr(system_, "name", None)
        if isinstance(name, str) and known.get(name) is system_:
            found["", name] = ("coordinateSystems", index)
    if not hasattr(holder, "datasets"):
        for where, t in own_transformations(holder):
            for side in ("input", "output"):
                place = _place(getattr(t, side))
                if place is not None and place[0]:
                    found.setdefault(place, (*where, side))
    return found


def _first(holder: Holder, found: Iterable[Place]) -> Place:
    intrinsic = getattr(holder, "intrinsic_system", None)
    name = getattr(intrinsic, "name", None)
    return ("", name) if isinstance(name, str) else next(iter(found))


def _links(holder: Holder) -> list[tuple[Place, Place]] | None:
    """Return what is linked with what; ``None`` where an end is faulty, which is reported as such."""
    ends = [(_place(t.input), _place(t.output)) for _, t in own_transformations(holder)]
    links = [(a, b) for a, b in ends if a is not None and b is not None]
    return links if len(links) == len(ends) else None


def _neighbours(links: Iterable[tuple[Place, Place]]) -> Mapping[Place, list[Place]]:
    found: defaultdict[Place, list[Place]] = defaultdict(list)
    for a, b in links:
        found[a].append(b)
        found[b].append(a)
    return found


def _reach(first: Place, neighbours: Mapping[Place, list[Place]], reached: set[Place]) -> None:
    """Add to what is reached what hangs together with a place; each place and link is looked at once."""
    waiting = [first]
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += neighbours.get(place, ())


GRAPH_RULES = (graph_connected,)
