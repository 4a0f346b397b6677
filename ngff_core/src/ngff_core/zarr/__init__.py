"""Zarr metadata documents, v2 and v3."""
