"""Running rules: what a rule is, and the checker that runs those of one version over documents and nodes."""
