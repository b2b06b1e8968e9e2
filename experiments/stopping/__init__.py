"""Stopping at a tolerance: how often intervals miss the limit when sampling stops, and after how many evaluations."""
