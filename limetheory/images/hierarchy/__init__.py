"""Trees of segments: built from overlapping masks, cut at any granularity, and explained level by level."""
