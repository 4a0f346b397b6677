"""Rules for OME-Zarr data, for `ngff validate`."""
