"""Models, rules and crawling for OME-NGFF (OME-Zarr) metadata.

The names below are the public interface; they are imported when they are first used, so that a program that
needs one of them does not pay for the others.

PYTEST_DONT_REWRITE: by this word pytest, which has a plugin in here, does not warn where the package was imported
before.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ngff_core.dims import DimSpec
    from ngff_core.errors import (
        MissingPackageError,
        NgffError,
        NotFoundError,
        PluginError,
        StoreError,
        UsageError,
        ValidationError,
        VersionNotInstalledError,
    )
    from ngff_core.export import to_dict, to_json
    from ngff_core.hierarchy import ArrayNode, GroupNode, Hierarchy
    from ngff_core.hookspecs import hookimpl
    from ngff_core.issue import Issue
    from ngff_core.many import check_stores
    from ngff_core.opening import Array, Group, from_uri, open_group
    from ngff_core.plugins import Registry
    from ngff_core.report import Report
    from ngff_core.requirement import MAY, MUST, SHOULD, Requirement, Severity
    from ngff_core.rule import Context, Example, Rule, rule
    from ngff_core.structure import Model, member, model
    from ngff_core.upgrade.plan import Plan, plan_upgrade
    from ngff_core.upgrade.run import RefusedError, rollback_store, upgrade_store
    from ngff_core.validate import (
        check_json,
        check_object,
        check_store,
        validate_ome_json,
        validate_ome_object,
        validate_zarr_store,
    )
    from ngff_core.view import ImageView, open_image

_PLACES = {
    "dims": ("DimSpec",),
    "errors": (
        "MissingPackageError",
        "NgffError",
        "NotFoundError",
        "PluginError",
        "StoreError",
        "UsageError",
        "ValidationError",
        "VersionNotInstalledError",
    ),
    "export": ("to_dict", "to_json"),
    "hierarchy": ("ArrayNode", "GroupNode", "Hierarchy"),
    "hookspecs": ("hookimpl",),
    "issue": ("Issue",),
    "many": ("check_stores",),
    "opening": ("Array", "Group", "from_uri", "open_group"),
    "plugins": ("Registry",),
    "report": ("Report",),
    "requirement": ("MAY", "MUST", "SHOULD", "Requirement", "Severity"),
    "rule": ("Context", "Example", "Rule", "rule"),
    "structure": ("Model", "member", "model"),
    "upgrade.plan": ("Plan", "plan_upgrade"),
    "upgrade.run": ("RefusedError", "rollback_store", "upgrade_store"),
    "validate": (
        "check_json",
        "check_object",
        "check_store",
        "validate_ome_json",
        "validate_ome_object",
        "validate_zarr_store",
    ),
    "view": ("ImageView", "open_image"),
}
_MODULES = {name: module for module, names in _PLACES.items() for name in names}

__version__ = "0.1.0"
__all__ = [
    "MAY",
    "MUST",
    "SHOULD",
    "Array",
    "ArrayNode",
    "Context",
    "DimSpec",
    "Example",
    "Group",
    "GroupNode",
    "Hierarchy",
    "ImageView",
    "Issue",
    "MissingPackageError",
    "Model",
    "NgffError",
    "NotFoundError",
    "Plan",
    "PluginError",
    "RefusedError",
    "Registry",
    "Report",
    "Requirement",
    "Rule",
    "Severity",
    "StoreError",
    "UsageError",
    "ValidationError",
    "VersionNotInstalledError",
    "check_json",
    "check_object",
    "check_store",
    "check_stores",
    "from_uri",
    "hookimpl",
    "member",
    "model",
    "open_group",
    "open_image",
    "plan_upgrade",
    "rollback_store",
    "rule",
    "to_dict",
    "to_json",
    "upgrade_store",
    "validate_ome_json",
    "validate_ome_object",
    "validate_zarr_store",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    try:
        return getattr(import_module(f"ngff_core.{_MODULES[name]}"), name)
    except KeyError:
        raise AttributeError(f"module 'ngff_core' has no attribute {name!r}") from None


class _Package(ModuleType):
    """The package as a module whose public names `rule` and `model` stay what they are.

    There are modules of these names, too; importing one would otherwise put it in the place of the function.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _MODULES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
