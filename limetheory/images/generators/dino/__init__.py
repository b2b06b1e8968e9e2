"""A hierarchy of segments from the features of a vision transformer, and clicks answered by it."""
