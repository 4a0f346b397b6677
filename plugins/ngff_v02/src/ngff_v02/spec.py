"""What core needs to know of OME-NGFF 0.2: axes that go without saying, and chunk keys with slashes."""

from ngff_core.spec.early import early_spec

__all__ = ["SPEC"]

SPEC = early_spec(
    "0.2",
    "ngff_v02",
    "https://ngff.openmicroscopy.org/0.2/index.html",
    axes=False,
    separator="/",
)
