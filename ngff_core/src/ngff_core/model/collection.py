"""The old name of `ngff_core.models.collection`, kept for one minor version."""

from ngff_core.models.collection import *  # noqa: F403
