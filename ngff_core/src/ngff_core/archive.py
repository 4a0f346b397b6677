"""The old name of `ngff_core.stores.zip.archive`, kept for one minor version."""

from ngff_core.stores.zip.archive import *  # noqa: F403
