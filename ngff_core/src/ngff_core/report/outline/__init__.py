"""What there is in a store: kept beside the findings where a report shows it."""
