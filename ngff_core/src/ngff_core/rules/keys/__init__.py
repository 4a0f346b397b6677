"""Rules on keys that no version knows: slips, and what belongs elsewhere."""
