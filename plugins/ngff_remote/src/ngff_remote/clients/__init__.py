"""How a host or bucket is asked: with which client, how often, how many at once, and what its answers mean."""
