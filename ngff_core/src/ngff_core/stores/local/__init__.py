"""A directory of this machine: reading, writing, and keeping others out meanwhile."""
