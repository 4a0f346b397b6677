"""Short texts that are the same where two runs judge alike."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.plugins.registry import Registry
from ngff_core.version import __version__

__all__ = ["rules_digest", "settings_digest"]

LENGTH = 16  # hexadecimal digits


def settings_digest(settings: Settings, more: bytes = b"") -> str:
    """Return a short text that is the same for equal settings; ``more`` is what else they depend on."""
    return _short(repr(_plain(settings)).encode() + more)


def rules_digest(registry: Registry) -> str:
    """Return a short text that is the same for equal releases of core and of all plugins that are not left out."""
    plugins: Iterable[Any] = (
        (info.name, info.distribution, info.version, info.error) for info in registry.plugins if not info.blocked
    )
    return _short(repr((__version__, sorted(plugins, key=repr))).encode())


def _short(data: bytes) -> str:
    return sha256(data).hexdigest()[:LENGTH]


def _plain(settings: Settings) -> tuple[Any, ...]:
    """Return settings as plain values, but for the folder that configurations are relative to, and what is shown."""
    return attrs.astuple(attrs.evolve(settings, folder="", outline=False), recurse=False)
