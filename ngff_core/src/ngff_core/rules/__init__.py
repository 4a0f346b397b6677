"""Rule bodies that two or more specification versions share, by topic; versions list what they use."""
