"""What core needs to know of OME-NGFF 0.1: axes that go without saying, and chunk keys with dots."""

from ngff_core.spec.early import early_spec

__all__ = ["SPEC"]

SPEC = early_spec(
    "0.1",
    "ngff_v01",
    "https://ngff.openmicroscopy.org/0.1/index.html",
    axes=False,
    separator=".",
)
