"""The saved output of `limetheory verify --quick`."""
