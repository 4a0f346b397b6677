"""Findings: what was found, where, and how much it weighs."""
