"""Rules on label images and the groups that list them."""
