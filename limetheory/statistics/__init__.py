"""Statistics: how far an estimate from n masks is from its limit."""

from limetheory.statistics.clt import asymptotic_deviations

__all__ = ["asymptotic_deviations"]
