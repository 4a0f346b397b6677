"""Which stores a command is to change: each once, and before those that lie in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import attrs
import click

from ngff_core.checking.settings import Settings
from ngff_core.cli.screen.completing import FILES
from ngff_core.errors import UsageError
from ngff_core.plugins.registry import Registry
from ngff_core.report.report import Report
from ngff_core.stores import Store
from ngff_core.stores.capabilities import canonical_url_of
from ngff_core.stores.local.store import local_store
from ngff_core.validation.lists.reading import listed
from ngff_core.validation.many.addresses import Address, Found, find_stores
from ngff_core.validation.opening import store_of
from ngff_core.validation.setup import Setup

__all__ = ["Chosen", "One", "outer_places", "stores_argument"]

F = TypeVar("F", bound=Callable[..., Any])


def stores_argument(metavar: str) -> Callable[[F], F]:
    """Add the argument STORE..., shown as ``metavar``, and the options --recursive and --from, for `Chosen`."""

    def add(function: F) -> F:
        for option in (
            click.option(
                "--from", "list_file", shell_complete=FILES, metavar="FILE",
                help="Also change the stores in FILE: one a line, JSON Lines, CSV, or an S3 Inventory.",
            ),
            click.option("--recursive", "-r", is_flag=True, help="Change every OME-Zarr hierarchy below each STORE."),
            click.argument("stores", nargs=-1, shell_complete=FILES, metavar=metavar),
        ):  # fmt: skip
            function = option(function)
        return function

    return add


@attrs.frozen(kw_only=True)
class One:
    """A store: its name as a user would give it, and its place, which is the same whatever the name.

    ``refused`` says why it is not to be changed.
    """

    name: str
    place: str
    found: Found = attrs.field(eq=False, repr=False)
    refused: str | None = None

    def open(self, registry: Registry, connection: Mapping[str, object]) -> Store:
        """Return the open store."""
        if isinstance(self.found, Address) and self.found.below and self.found.remote and self.found.store is not None:
            return self.found.store  # one connection for all that were found below an address
        return store_of(self.name, registry, connection)


class Chosen:
    """The stores that a command line names.

    What is named is held, and looked through before anything is changed; what is found below is not.
    """

    def __init__(
        self,
        stores: Sequence[str],
        list_file: str | None,
        *,
        recursive: bool,
        registry: Registry,
        connection: Mapping[str, object],
    ) -> None:
        if not stores and list_file is None:
            raise click.UsageError("Missing argument 'STORE...'.")
        if "" in stores:
            raise UsageError("the path of a store is empty; the working directory is '.'")
        self.registry = registry
        self.connection = connection
        self.stores = stores
        plain = list_file is None and not recursive and not any(map(_is_pattern, stores))
        self.single = plain and len(stores) == 1
        self.pair = (stores[0], stores[1]) if plain and len(stores) == 2 else None
        self._list_file = list_file
        self._recursive = recursive
        self._left: dict[str, One] = {}
        self._within: str | None = None

    def __iter__(self) -> Iterator[One]:
        """Yield each store, as soon as it is found."""
        setup = Setup(self.registry, Settings())
        named = self._left
        for one in self._named(setup):
            named.setdefault(one.place, one)  # the first name that the user gave
        places = frozenset(named)
        seen: set[int] = set()
        for place in list(_outermost_first(named)):
            one = named.pop(place)
            self._within = one.name if self._recursive else None
            for found in self._below(one, setup, places) if self._recursive and one.refused is None else [one]:
                number = hash(found.place)  # of 64 bits, and another one in every process
                if number in seen:
                    continue
                if found.refused is None:
                    seen.add(number)
                yield found

    def not_begun(self) -> list[str]:
        """Return in words what is left: of the folder that is searched, and of what was named."""
        below = [f"what else is below {self._within}"] if self._within is not None else []
        return [*below, *(one.name for one in self._left.values())]

    def _named(self, setup: Setup) -> Iterator[One]:
        yield from (_one(found) for uri in self.stores for found in find_stores(uri, setup, self.connection))
        if self._list_file is not None:
            for uri in listed(self._list_file, setup, self.connection):
                yield from (_one(found) for found in find_stores(uri, setup, self.connection))

    def _below(self, outer: One, setup: Setup, places: frozenset[str]) -> Iterator[One]:
        """Yield the stores below a folder; a link leads to one that was not meant where it leads out of all of them."""
        for found in find_stores(outer.found, setup, self.connection, recursive=True):
            one = _one(found)
            if one.refused is None and places.isdisjoint((*outer_places(one.place), one.place)):
                reason = f"a symbolic link leads there, out of {outer.name}: name it by itself"
                one = attrs.evolve(one, refused=reason)
            yield one


def outer_places(place: str) -> Iterator[str]:
    """Yield the places around a place, the outermost first."""
    end = place.find("/")
    while end >= 0:
        yield place[:end]
        end = place.find("/", end + 1)


def _is_pattern(name: str) -> bool:
    return "*" in name and not os.path.lexists(name)


def _outermost_first(places: Collection[str]) -> Iterator[str]:
    """Yield places in their order, but each after those around it."""
    done: set[str] = set()
    for place in places:
        for one in (*outer_places(place), place):
            if one in places and one not in done:
                done.add(one)
                yield one


def _one(found: Found) -> One:
    if isinstance(found, Report):
        issue = found.issues[0]
        said = issue.message + (f" (hint: {issue.hint})" if issue.hint else "")
        return One(name=found.url, place=found.url, found=found, refused=said)
    name = str(found.uri)
    if found.below:
        name = f"{name.rstrip('/')}/{found.below}".removeprefix("./")
    return One(name=name, place=_place(name), found=found)


def _place(name: str) -> str:
    try:
        local = local_store(name)
    except UsageError:  # which is said when it is opened
        local = None
    place = canonical_url_of(local) if local is not None else name
    return place.replace(os.sep, "/").rstrip("/")
