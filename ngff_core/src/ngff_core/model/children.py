"""The old name of `ngff_core.models.children`, kept for one minor version."""

from ngff_core.models.children import *  # noqa: F403
