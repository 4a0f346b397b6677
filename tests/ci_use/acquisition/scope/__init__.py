"""A make-believe acquisition tool."""
