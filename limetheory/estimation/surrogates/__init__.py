"""Surrogates: cross-fitted lines and Gaussian processes, whose residuals are sampled in place of the set function."""
