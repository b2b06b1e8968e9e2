"""Segment Anything: checkpoints, loading, and masks for all points of a grid."""
