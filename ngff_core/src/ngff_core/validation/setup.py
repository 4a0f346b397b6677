"""Setup: the plugins and settings that everything is evaluated with."""

from __future__ import annotations

import attrs

from ngff_core.checking.checker import Version
from ngff_core.checking.settings import Settings
from ngff_core.errors import distribution_of
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.spec.detect import Claim
from ngff_core.spec.spec import Spec
from ngff_core.version_order import PUBLISHED, near_version, order_of, plain_version
from ngff_core.words import abbreviate

__all__ = ["Setup"]

_pip_install = Reference("ngff_core.installing:pip_install")


@attrs.frozen(eq=False, repr=False, slots=False)
class Setup:
    """The plugins, and what the user chose."""

    registry: Registry
    settings: Settings

    @property
    def specs(self) -> list[Spec]:
        """The versions that there are, oldest first."""
        return list(self.registry.specs.values())

    def version(self, name: str) -> Version:
        """Return a version with its rules, ready to evaluate by; raises VersionNotInstalledError."""
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

    def no_version(self, claim: Claim) -> Issue:
        """Say that no installed version answers to what a document claims."""
        installed = ", ".join(self.registry.specs) or "none"
        if claim.version is None or not isinstance(claim.version, (str, float)):
            return finding(
                "version-undetermined",
                f"no version is stated, and the metadata resembles no installed version (installed: {installed})",
                hint="name the version with --version, or install the plugin of an older one",
            )
        stated = str(claim.version)
        for spec in self.specs:
            if stated in spec.drafts:
                return finding(
                    "version-not-supported",
                    f"version {abbreviate(stated)} is a draft of {spec.version}, of another form: it is not supported",
                    found=abbreviate(stated),
                    expected=f'"{spec.version}"',
                    hint=f"write the metadata as {spec.version}, or judge it as that with --version {spec.version}",
                )
        meant = plain_version(stated.replace(",", ".")).strip()
        if meant != stated and meant in self.registry.specs:
            return finding(
                "version-not-installed",
                f"the metadata follows version {abbreviate(stated)}, which is none",
                found=abbreviate(claim.version),
                expected=f'"{meant}"',
                hint=f'did you mean "{meant}"? judge it as that with --version {meant}',
            )
        published = near_version(stated, PUBLISHED)
        if published is None and order_of(stated) > order_of(PUBLISHED[-1]):
            return _never_published(claim.version)
        install = f"{_pip_install(distribution_of(published))}, or " if published is not None else ""
        return finding(
            "version-not-installed",
            f"the metadata follows version {abbreviate(stated)}, which is not installed (installed: {installed})",
            found=abbreviate(claim.version),
            hint=f"{install}judge it as another version with --version",
        )


def _never_published(stated: str | float) -> Issue:
    return finding(
        "version-not-installed",
        f"there is no version {abbreviate(str(stated))} of OME-Zarr that is known here",
        found=abbreviate(stated),
        expected=f"one of {', '.join(PUBLISHED)}",
        hint="judge it as one of those with --version",
    )
