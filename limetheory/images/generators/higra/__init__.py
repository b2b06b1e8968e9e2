"""Masks from a tree of watershed regions, without a checkpoint."""
