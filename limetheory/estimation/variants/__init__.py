"""Variants of LIME, each with its population limit."""
