"""Models, rules and crawling for OME-NGFF (OME-Zarr) metadata.

The names below are the public interface; they are imported when they are first used, so that a program that
needs one of them does not pay for the others.

PYTEST_DONT_REWRITE: a plugin of pytest is in this package. Pytest would warn when the package was imported before its
plugins are loaded; this word in the docstring tells it that there are no assertions to rewrite.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` takes longer than all else here, and who imports this may need none of it
if TYPE_CHECKING:
    from typing import Any

    from ngff_core.checking.example import Example
    from ngff_core.checking.rule import Context, Rule, rule
    from ngff_core.conversion.convert import Conversion, ConversionError, convert, plan_conversion
    from ngff_core.editing.fixing import plan_fix
    from ngff_core.editing.plan import EditPlan
    from ngff_core.editing.rebuilding.plan import plan_rebuild, rebuild_plate
    from ngff_core.editing.run import fix_store
    from ngff_core.editing.setting.plan import plan_set, set_values
    from ngff_core.errors import (
        MissingPackageError,
        NgffError,
        NotFoundError,
        PluginError,
        SelectionError,
        StoreError,
        UsageError,
        VersionNotInstalledError,
    )
    from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, Hierarchy
    from ngff_core.issues.issue import Issue
    from ngff_core.issues.requirement import MAY, MUST, SHOULD, Requirement, Severity
    from ngff_core.mending.edit import Edit
    from ngff_core.mending.fix import SAFE, UNSAFE, Fix, FixContext, fix
    from ngff_core.migration.interface import Decision
    from ngff_core.models.dims import DimSpec
    from ngff_core.plugins.hookspecs import hookimpl
    from ngff_core.plugins.registry import Registry
    from ngff_core.report.report import Report, ValidationError
    from ngff_core.structure.member import member
    from ngff_core.structure.model import Model, model
    from ngff_core.upgrade.plan import Plan, plan_upgrade
    from ngff_core.upgrade.run import DifferentPixelsError, RefusedError, rollback_store, upgrade_store
    from ngff_core.validation.calls import (
        check_json,
        check_object,
        check_store,
        validate_ome_json,
        validate_ome_object,
        validate_zarr_store,
    )
    from ngff_core.validation.export import to_dict, to_json
    from ngff_core.validation.many.stores import check_stores
    from ngff_core.version import __version__ as __version__
    from ngff_core.view.groups import Group, ImageView
    from ngff_core.view.nodes import Array
    from ngff_core.view.opening import from_uri, open_group, open_image, validate_ome_uri

_HOMES = {
    "checking.context": ("Context",),
    "checking.example": ("Example",),
    "checking.rule": ("Context", "Rule", "rule"),
    "conversion.convert": ("Conversion", "ConversionError", "convert", "plan_conversion"),
    "editing.fixing": ("plan_fix",),
    "editing.plan": ("EditPlan",),
    "editing.rebuilding.plan": ("plan_rebuild", "rebuild_plate"),
    "editing.run": ("fix_store",),
    "editing.setting.plan": ("plan_set", "set_values"),
    "errors": (
        "MissingPackageError",
        "NgffError",
        "NotFoundError",
        "PluginError",
        "SelectionError",
        "StoreError",
        "UsageError",
        "VersionNotInstalledError",
    ),
    "hierarchy.nodes": ("ArrayNode", "GroupNode", "Hierarchy"),
    "issues.issue": ("Issue",),
    "issues.requirement": ("MAY", "MUST", "SHOULD", "Requirement", "Severity"),
    "mending.edit": ("Edit",),
    "mending.fix": ("SAFE", "UNSAFE", "Fix", "FixContext", "fix"),
    "migration.interface": ("Decision",),
    "models.dims": ("DimSpec",),
    "plugins.hookspecs": ("hookimpl",),
    "plugins.registry": ("Registry",),
    "report.report": ("Report", "ValidationError"),
    "structure.member": ("member",),
    "structure.model": ("Model", "model"),
    "upgrade.plan": ("Plan", "plan_upgrade"),
    "upgrade.run": ("DifferentPixelsError", "RefusedError", "rollback_store", "upgrade_store"),
    "validation.calls": (
        "check_json",
        "check_object",
        "check_store",
        "validate_ome_json",
        "validate_ome_object",
        "validate_zarr_store",
    ),
    "validation.export": ("to_dict", "to_json"),
    "validation.many.stores": ("check_stores",),
    "version": ("__version__",),
    "view.groups": ("Group", "ImageView"),
    "view.nodes": ("Array",),
    "view.opening": ("from_uri", "open_group", "open_image", "validate_ome_uri"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "MAY",
    "MUST",
    "SAFE",
    "SHOULD",
    "UNSAFE",
    "Array",
    "ArrayNode",
    "Context",
    "Conversion",
    "ConversionError",
    "Decision",
    "DifferentPixelsError",
    "DimSpec",
    "Edit",
    "EditPlan",
    "Example",
    "Fix",
    "FixContext",
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
    "SelectionError",
    "Severity",
    "StoreError",
    "UsageError",
    "ValidationError",
    "VersionNotInstalledError",
    "check_json",
    "check_object",
    "check_store",
    "check_stores",
    "convert",
    "fix",
    "fix_store",
    "from_uri",
    "hookimpl",
    "member",
    "model",
    "open_group",
    "open_image",
    "plan_conversion",
    "plan_fix",
    "plan_rebuild",
    "plan_set",
    "plan_upgrade",
    "rebuild_plate",
    "rollback_store",
    "rule",
    "set_values",
    "to_dict",
    "to_json",
    "upgrade_store",
    "validate_ome_json",
    "validate_ome_object",
    "validate_ome_uri",
    "validate_zarr_store",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _MODULES:
        return getattr(import_module(f"ngff_core.{_MODULES[name]}"), name)
    if len(name) > 2 and name[0] == "v" and name[1:].isdecimal():
        return _version_package(name)
    raise AttributeError(f"module 'ngff_core' has no attribute {name!r}")


def _version_package(name: str) -> Any:
    """Return the package of an installed version, such as ``ngff_v05`` for ``ngff_core.v05``."""
    from importlib import import_module

    from ngff_core.errors import distribution_of
    from ngff_core.plugins.registry import default_registry

    for spec in default_registry().specs.values():
        if distribution_of(spec.version) == f"ngff-{name}" and spec.package:
            return import_module(spec.package)
    raise AttributeError(f"module 'ngff_core' has no attribute {name!r}: no version of that name is installed")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
