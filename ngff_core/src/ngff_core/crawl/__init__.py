"""Which documents decide the verdict on a hierarchy, and reading them."""
