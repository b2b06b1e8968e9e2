"""Wrappers of functions of other libraries: `scikit_image.SegmentationAlgorithm`."""
