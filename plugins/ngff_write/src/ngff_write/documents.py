"""The OME metadata of what is written, in the models of the version."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import attrs
from attrs import fields_dict

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec
from ngff_core.plugins.registry import default_registry
from ngff_core.spec.spec import Spec
from ngff_core.structure.model import Model
from ngff_core.validation.export import to_dict
from ngff_write.arrays.headers import group_document
from ngff_write.options import said
from ngff_write.pixels.kernels import Kernel
from ngff_write.pixels.levels import Level

__all__ = ["VERSIONS", "Writing", "metadata_of", "name_of", "writing_of"]

VERSIONS = ("0.5", "0.6", "0.4")  # the first that is installed is written unless told otherwise
_PACKAGE = "ngff_write"


@attrs.frozen
class Writing:
    """A version of the specification, as it is written."""

    spec: Spec
    models: Any

    @property
    def version(self) -> str:
        """The version, such as ``"0.5"``."""
        return self.spec.version

    @property
    def zarr_format(self) -> int:
        """The format of Zarr that the version is in: 2 or 3."""
        return self.spec.zarr_format

    def image(
        self,
        dims: Sequence[DimSpec],
        levels: Sequence[Level],
        kernel: Kernel,
        name: str | None,
        members: Mapping[str, Any] | None = None,
        cls: str = "Image",
    ) -> Model:
        """Return the metadata of an image whose levels were made with a kernel.

        ``members`` are further members of the model, whose name is ``cls``.
        """
        known = {key for key in fields_dict(getattr(self.models, cls)) if key != "multiscales" and key[0] != "_"}
        if unknown := sorted(set(members or ()) - known):
            raise UsageError(f"members of an image are {', '.join(sorted(known))}, and {unknown[0]!r} is none of them")
        moved = any(any(level.translation) for level in levels)
        multiscale = self.models.Multiscale.from_levels(
            dims,
            [(list(level.scale), list(level.translation) if moved else None) for level in levels],
            name=name,
            type=kernel.name,
            metadata=metadata_of(kernel),
        )
        image: Model = getattr(self.models, cls)(multiscales=[multiscale], **(members or {}))
        return image

    def documents(self, model: Model | None, extra: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
        """Return the files of a group with such metadata; ``None``: none, as of a row of a plate."""
        if model is None:
            return group_document(self.zarr_format, None, {}, extra or {})
        return group_document(self.zarr_format, self.spec.namespace, to_dict(model), extra or {})


def name_of(path: str | os.PathLike[str]) -> str:
    """Return the name of an image that is written to a path and was given no other."""
    name = os.path.basename(os.path.abspath(path))
    return re.sub(r"(\.ome)?\.(zarr|ozx|zip)$", "", name) or name


def metadata_of(kernel: Kernel) -> dict[str, str]:
    """Return ``metadata`` of a multiscale whose levels were made by a kernel."""
    return {"description": kernel.description, "method": f"{_PACKAGE}.pixels.kernels.{kernel.name}"}


def writing_of(version: str | None) -> Writing:
    """Return a version to be written: 0.5 unless told otherwise, where it is installed.

    Raises VersionNotInstalledError, and UsageError for a version that is not written any more.
    """
    registry = default_registry()
    if version is not None and not isinstance(version, str):
        raise UsageError(f"a version is text, such as '0.5', got {said(version)}")
    if version is None:
        version = next((known for known in VERSIONS if known in registry.specs), VERSIONS[0])
    elif version not in VERSIONS and version in registry.specs:
        raise UsageError(f"version {version} can be read, not written: write one of {', '.join(sorted(VERSIONS))}")
    spec = registry.spec(version)
    return Writing(spec, import_module(spec.package))
