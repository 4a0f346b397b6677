"""The tables that `run.py` prints."""
