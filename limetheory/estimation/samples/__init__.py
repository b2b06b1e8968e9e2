"""Samples: how masks are drawn, and the values of a set function on them."""
