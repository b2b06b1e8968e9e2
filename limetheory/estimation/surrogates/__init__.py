"""Surrogates: lines and Gaussian processes that are subtracted from a set function, cross-fitted."""
