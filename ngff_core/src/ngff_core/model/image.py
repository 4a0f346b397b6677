"""The old name of `ngff_core.models.image`, kept for one minor version."""

from ngff_core.models.image import *  # noqa: F403
