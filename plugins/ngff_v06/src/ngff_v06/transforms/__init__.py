"""What transformations hold, and whether their numbers of coordinates fit together."""
