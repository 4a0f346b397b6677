"""The early versions that are installed, for the tests that hold for each of them."""

from __future__ import annotations

from importlib.util import find_spec

from ngff_core.plugins import Registry, discover

__all__ = ["EARLY", "INSTALLED", "only", "package"]

EARLY = ("0.1", "0.2", "0.3")


def package(version: str) -> str:
    """Return the package of a version."""
    return f"ngff_v{version.replace('.', '')}"


INSTALLED = tuple(version for version in EARLY if find_spec(package(version)) is not None)


def only(*versions: str) -> Registry:
    """Return a registry with the plugins of these versions and no others."""
    wanted = {package(version).replace("_", "-") for version in versions}
    return Registry(found=[found for found in discover() if found[0].distribution in wanted])
