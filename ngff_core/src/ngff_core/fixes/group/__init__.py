"""Fixes of groups of any kind: the version that they state, and where their metadata stands."""
