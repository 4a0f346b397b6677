"""Arrays as they are stored: chunks, shards, and the documents that describe them."""
