"""Models that versions of the specification share, and the children that their metadata names."""
