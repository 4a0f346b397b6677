"""Structures that two or more specification versions share; they know neither versions nor addresses."""
