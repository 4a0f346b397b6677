"""Levels of images that are there already: which of them are right, and new ones in the place of the others."""
