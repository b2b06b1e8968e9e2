"""Puts `naive` on the path and fixes hypothesis: no deadline, the same examples in every run."""

from hypothesis import settings

settings.register_profile("limetheory", deadline=None, derandomize=True, database=None)
settings.load_profile("limetheory")
