"""Images that are written while their frames are still being taken."""
