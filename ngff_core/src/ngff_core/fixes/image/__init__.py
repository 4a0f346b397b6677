"""Fixes of images: axes, levels, transformations, rendering settings."""
