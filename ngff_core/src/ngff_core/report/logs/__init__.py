"""Logs of runs: one result a line, appended as it comes; read again, joined, and made to tables."""
