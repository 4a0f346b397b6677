"""What to judge with."""

from __future__ import annotations

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.checking.version import Version
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.plugins.registry import Registry
from ngff_core.spec.spec import Spec

__all__ = ["Setup"]


@attrs.frozen(eq=False, repr=False)
class Setup:
    """The plugins, and what the user chose."""

    registry: Registry
    settings: Settings

    @property
    def specs(self) -> list[Spec]:
        """The versions that there are, oldest first."""
        return list(self.registry.specs.values())

    def version(self, name: str) -> Version:
        """Return a version with its rules, ready to judge by; raises VersionNotInstalledError."""
        return self.registry.version(name, self.settings)

    def failures(self) -> list[Issue]:
        """Say which plugins failed, so that their rules did not run."""
        return [
            finding(
                "plugin-failed",
                f"plugin {info.name!r} of {info.distribution} failed, its rules did not run: {info.error}",
            )
            for info in self.registry.failures
        ]
