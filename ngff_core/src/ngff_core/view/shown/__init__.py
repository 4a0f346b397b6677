"""Groups and images shown to people: files as a tree, and what notebooks show."""
