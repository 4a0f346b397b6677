"""The steps between 0.5 and 0.6."""
