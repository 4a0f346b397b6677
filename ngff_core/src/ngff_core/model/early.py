"""The old name of `ngff_core.models.early`, kept for one minor version."""

from ngff_core.models.early import *  # noqa: F403
