"""Stopping at a tolerance: how often intervals miss at the stop, and how many evaluations it takes."""
