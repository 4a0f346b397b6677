"""Groups of images: labels, plates and collections, and what lists their members while several processes write."""
