"""Writing with typed metadata and the data of every level at hand, by the names that yaozarrs has for it."""
