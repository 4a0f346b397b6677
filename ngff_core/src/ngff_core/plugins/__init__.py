"""Hooks, and who implements them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ngff_core.plugins.hookspecs import hookimpl as hookimpl
    from ngff_core.plugins.info import PluginInfo as PluginInfo
    from ngff_core.plugins.registry import Registry as Registry
    from ngff_core.plugins.registry import default_registry as default_registry
    from ngff_core.plugins.registry import discover as discover

_HOMES = {
    "hookimpl": "hookspecs",
    "PluginInfo": "info",
    "Registry": "registry",
    "default_registry": "registry",
    "discover": "registry",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    try:
        return getattr(import_module(f"ngff_core.plugins.{_HOMES[name]}"), name)
    except KeyError:
        raise AttributeError(f"module 'ngff_core.plugins' has no attribute {name!r}") from None
