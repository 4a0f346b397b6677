"""From one version to another in memory: whole documents and parts of them, by the steps that upgrades take."""
