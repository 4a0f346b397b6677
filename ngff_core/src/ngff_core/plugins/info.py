"""What is known of a plugin: where it comes from, and why it failed if it did."""

from __future__ import annotations

import attrs

__all__ = ["PluginInfo"]


@attrs.define(eq=False, repr=False)
class PluginInfo:
    """A plugin that was found: where it comes from, and why it failed if it did."""

    name: str
    distribution: str
    version: str
    target: str
    error: str | None = None
    blocked: bool = False
    specs: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        """What the plugin can be left out by: its name, its distribution, and its package."""
        return {self.name, self.distribution, self.target.partition(":")[0].partition(".")[0]}
