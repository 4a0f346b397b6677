"""The old name of `ngff_core.models.labels`, kept for one minor version."""

from ngff_core.models.labels import *  # noqa: F403
