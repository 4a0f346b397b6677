"""The old name of `ngff_core.testing.archives`, kept for one minor version."""

from ngff_core.testing.archives import *  # noqa: F403
