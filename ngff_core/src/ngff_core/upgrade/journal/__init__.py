"""The journal of an upgrade: every change is written down before the first is made, so that any moment can be undone.

The journal is one file at the root of the store (`file`). It appears whole or not at all, and is moved aside when
everything was written; until then an interrupted upgrade can be taken up again, and at any time it can be taken back
(`carrying_out`). Journals of upgrades before the last one are kept as well, each under a number, so that the way back
leads step by step to the first state (`kept`).
"""

from ngff_core.upgrade.journal.carrying_out import apply, refuse_chunks, resume, rollback
from ngff_core.upgrade.journal.file import Journal, Rename
from ngff_core.upgrade.journal.kept import DONE, EARLIER, JOURNAL, read_journal, refuse_upgraded, steps_before

__all__ = [
    "DONE",
    "EARLIER",
    "JOURNAL",
    "Journal",
    "Rename",
    "apply",
    "read_journal",
    "refuse_chunks",
    "refuse_upgraded",
    "resume",
    "rollback",
    "steps_before",
]
