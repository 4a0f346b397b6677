"""Fixes of label images and of the groups that list them."""
