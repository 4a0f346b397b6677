"""Modules, and what they hold, by their names: imported when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

__all__ = ["LateModules", "Reference", "lazy_models", "lazy_names"]


class Reference:
    """What a module holds, written like an entry point: ``module:attribute``. Calling it calls that.

    Costs nothing until it is used, and can be pickled whatever it stands for. No attrs class, as what imports least
    imports this.
    """

    __slots__ = ("_loaded", "target")

    def __init__(self, target: str) -> None:
        self.target = target
        self._loaded: Any = None

    def load(self) -> Any:
        """Import what it stands for."""
        if self._loaded is None:
            module, _, attribute = self.target.partition(":")
            self._loaded = getattr(import_module(module), attribute)
        return self._loaded

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Import what it stands for, and call it."""
        return self.load()(*arguments, **options)

    def __reduce__(self) -> tuple[type[Reference], tuple[str]]:
        return Reference, (self.target,)

    def __eq__(self, other: object) -> bool:
        return self.target == other.target if isinstance(other, Reference) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.target)

    def __repr__(self) -> str:
        return f"Reference({self.target!r})"


_lazy_loader = Reference("importlib.util:LazyLoader")  # of the command, not of the library


class LateModules:
    """On ``sys.meta_path``: modules that a library imports as it begins wait until something in them is used."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that has to wait; what others there are is found in the usual way."""
        if name not in self._names:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _lazy_loader(spec.loader)
        return spec


def lazy_names(
    package: str, homes: Mapping[str, str]
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__all__``, ``__getattr__`` and ``__dir__`` of a package whose names are imported when they are used.

    ``homes`` names the module of each. They are listed before anything is loaded::

        __all__, __getattr__, __dir__ = lazy_names(__name__, {"Image": "ngff_v05.image"})
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return sorted(homes), load, names


def lazy_models(
    package: str, homes: Mapping[str, str]
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """Return what `lazy_names` returns, for the package of a version: shared models get a class of its own.

    So a part, such as ``ngff_v05.FieldOfView(path="0")``, tells which version it belongs to.
    """
    names, load, listed = lazy_names(package, homes)
    own: dict[str, Any] = {}

    def load_own(name: str) -> Any:
        if name not in own:
            own[name] = _own_class(package, load(name))
        return own[name]

    return names, load_own, listed


_own_class = Reference("ngff_core.structure.own_classes:own_class")
