"""Rebuild the metadata of a plate from the folders that are there: what lies where, and the documents that say so."""
