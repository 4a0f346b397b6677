"""Pixels: where they come from, and how the levels of a pyramid are made of them."""
