"""The old name of `ngff_core.models.plate`, kept for one minor version."""

from ngff_core.models.plate import *  # noqa: F403
