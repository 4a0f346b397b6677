"""What is known of a plugin: where it comes from, and why it failed if it did."""

from __future__ import annotations

from ngff_core.structure.values import JSONObject

__all__ = ["PluginInfo"]


class PluginInfo:
    """A plugin that was found: where it comes from, and why it failed if it did."""

    __slots__ = ("blocked", "distribution", "error", "name", "specs", "target", "version")

    def __init__(self, name: str, distribution: str, version: str, target: str) -> None:
        self.name = name
        self.distribution = distribution
        self.version = version
        self.target = target
        self.error: str | None = None
        self.blocked = False
        self.specs: tuple[str, ...] = ()

    def to_dict(self) -> JSONObject:
        """Return the JSON form."""
        names = ("name", "distribution", "version", "target", "error", "blocked", "specs")
        return {name: getattr(self, name) for name in names}

    @property
    def names(self) -> set[str]:
        """What the plugin can be left out by: its name, its distribution, and its package."""
        return {self.name, self.distribution, self.target.partition(":")[0].partition(".")[0]}
