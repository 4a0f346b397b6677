"""Listing buckets: page by page, with bounds, so that what is no listing is not taken for an empty one."""
