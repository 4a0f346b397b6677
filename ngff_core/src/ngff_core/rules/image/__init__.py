"""Rules on images: axes, levels, transformations, channels."""
