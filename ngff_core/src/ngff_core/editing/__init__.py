"""Changes of metadata within a version: fixes, settings, documents that save themselves; planned, journaled, undone."""
