"""The search for hierarchies: what is asked of folders, and what they turn out to be."""
