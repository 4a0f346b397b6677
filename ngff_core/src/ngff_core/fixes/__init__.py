"""Fixes of findings that versions share, by what they are about; a version names those that are its own to bring."""
