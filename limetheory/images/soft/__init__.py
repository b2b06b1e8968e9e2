"""Soft masks: superpixels with smooth edges, which share the pixels between them; they sum to 1 at every pixel."""
