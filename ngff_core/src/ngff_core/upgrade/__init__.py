"""Moving whole hierarchies from one version of the specification to another, without touching pixels."""
