"""The old name of `ngff_core.models.omero`, kept for one minor version."""

from ngff_core.models.omero import *  # noqa: F403
