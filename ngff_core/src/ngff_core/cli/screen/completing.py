"""What shells complete, for ``shell_complete`` of options and arguments: found when a shell asks."""

from __future__ import annotations

from ngff_core.references import Reference

__all__ = ["FILES", "FORMATS", "PLUGINS", "RULES", "VERSIONS"]

FILES = Reference("ngff_core.cli.screen.choices:files")
FORMATS = Reference("ngff_core.cli.screen.choices:formats")
PLUGINS = Reference("ngff_core.cli.screen.choices:plugins")
RULES = Reference("ngff_core.cli.screen.choices:rules")
VERSIONS = Reference("ngff_core.cli.screen.choices:versions")
