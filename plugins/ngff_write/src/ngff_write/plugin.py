"""The plugin: it adds the commands that write to ``ngff``."""

from __future__ import annotations
