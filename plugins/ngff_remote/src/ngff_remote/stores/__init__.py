"""What is behind an address, as stores: documents, archives, pixels, and writing."""
