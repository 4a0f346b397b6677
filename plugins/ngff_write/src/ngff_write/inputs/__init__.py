"""Files that hold images, such as TIFF: their pixels, read in regions, and what they say of them."""
