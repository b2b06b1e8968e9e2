"""Overlapping masks of an image: generators by name, files of masks, and a cache on disk."""
