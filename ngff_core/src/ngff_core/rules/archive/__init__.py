"""Rules on zip archives (RFC-9)."""
