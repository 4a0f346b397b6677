"""Many stores, and the parts of one: by this process, or by several."""
