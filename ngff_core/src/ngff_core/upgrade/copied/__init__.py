"""What a copy consists of: the keys that it has, and the objects under them."""
