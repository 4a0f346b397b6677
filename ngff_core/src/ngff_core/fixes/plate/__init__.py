"""Fixes of plates and wells."""
