"""Small pictures of images, wells and labels, for reports: pixels are read where they were asked for."""
