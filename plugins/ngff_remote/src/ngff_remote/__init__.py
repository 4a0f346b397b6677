"""OME-Zarr hierarchies behind addresses: HTTP, S3, Google Cloud Storage, Azure, and whatever fsspec opens."""
