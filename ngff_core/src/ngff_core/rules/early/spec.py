"""The old home of `ngff_core.spec.early.early_spec`, kept for one minor version."""

from ngff_core.spec.early import early_spec

__all__ = ["early_spec"]
