"""What `ngff info` shows: groups described, and written as a tree."""
