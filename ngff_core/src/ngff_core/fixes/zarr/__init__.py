"""Fixes of the Zarr documents underneath: their text, groups, arrays, and copies of them."""
