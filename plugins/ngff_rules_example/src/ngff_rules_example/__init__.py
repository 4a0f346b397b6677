"""Rules of an imaging lab for OME-Zarr data, as an example of a plugin."""
