"""The models of OME-NGFF 0.6: OME metadata for each kind of group, its parts, and the ``zarr.json`` around it."""
