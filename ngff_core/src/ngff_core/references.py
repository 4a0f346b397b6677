"""References: something of another module by its name, imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import attrs

__all__ = ["Reference"]


@attrs.frozen
class Reference:
    """What a module holds, written like an entry point: ``module:attribute``. Calling it calls that.

    Costs nothing until it is used, and can be pickled whatever it stands for.
    """

    target: str

    def load(self) -> Any:
        """Import what it stands for."""
        module, _, attribute = self.target.partition(":")
        return getattr(import_module(module), attribute)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Import what it stands for, and call it."""
        return self.load()(*arguments, **options)
