"""Lists of stores that users give in files: lines, JSON Lines, tables and inventories of buckets."""
