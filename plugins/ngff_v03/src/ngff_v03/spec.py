"""What core needs to know of OME-NGFF 0.3: axes are letters, and arrays may repeat them."""

from ngff_core.references import Reference
from ngff_core.spec.early import early_spec

__all__ = ["SPEC"]

SPEC = early_spec(
    "0.3",
    "ngff_v03",
    "https://ngff.openmicroscopy.org/0.3/index.html",
    axes=True,
    image=Reference("ngff_v03.children:image_children"),
    label_image=Reference("ngff_v03.children:label_image_children"),
)
