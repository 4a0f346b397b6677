"""What users write in files: configuration and baselines."""
