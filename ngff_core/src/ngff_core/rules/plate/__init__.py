"""Rules on plates and wells."""
