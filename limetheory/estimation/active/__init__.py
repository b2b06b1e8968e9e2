"""Masks chosen actively: those that reduce the variance of the limit most under a Gaussian process."""
