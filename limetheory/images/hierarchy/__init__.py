"""Trees of segments: built from overlapping region masks, cut at any granularity, and explained depth by depth."""
