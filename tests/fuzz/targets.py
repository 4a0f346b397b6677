"""All that is fuzzed, by name; servers only where there is something that talks to them."""

from __future__ import annotations

from engine import Target
from on_archives import ARCHIVES
from on_documents import DOCUMENTS
from on_journals import JOURNALS
from on_servers import INSTALLED, SERVERS
from on_stores import STORES
from on_upgrades import UPGRADES

__all__ = ["TARGETS"]

TARGETS: dict[str, Target] = {target.name: target for target in (DOCUMENTS, STORES, UPGRADES, ARCHIVES, JOURNALS)}
if INSTALLED:
    TARGETS[SERVERS.name] = SERVERS
