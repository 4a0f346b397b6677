"""Stores of other libraries, seen as stores of this one."""
