"""Classes of a user's own that are made from those of a version are evaluated as these are."""

from __future__ import annotations

import ngff_v05
from ngff_core import check_object, to_json
from ngff_core.structure.model import model


@model
class OwnImage(ngff_v05.Image):
    """An image of a lab."""


@model
class OwnLabels(ngff_v05.LabelImage):
    """A label image of a lab."""


def test_an_object_of_a_subclass_is_evaluated_as_one_of_its_class() -> None:
    for own, plain in ((OwnImage, ngff_v05.Image), (OwnLabels, ngff_v05.LabelImage)):
        found, expected = (check_object(cls(version="0.5", multiscales=[])) for cls in (own, plain))
        assert [issue.to_dict() for issue in found.issues] == [issue.to_dict() for issue in expected.issues]
        assert "zarr-ome-namespace" not in {issue.rule for issue in found.issues}
        assert to_json(own(version="0.5", multiscales=[]), validate=False)
