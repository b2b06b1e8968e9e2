"""Models whose limit is exact on any input of numbers: trees, kernel machines, linear pixels and shape detectors."""

from limetheory.fitted.detectors import ConvolutionalDetector, ShapeDetectors
from limetheory.fitted.kernels import KernelMachine, RBFExpansion
from limetheory.fitted.pixels import LinearPixels, ShapeDetector
from limetheory.fitted.trees import TreeModel

__all__ = [
    "ConvolutionalDetector",
    "KernelMachine",
    "LinearPixels",
    "RBFExpansion",
    "ShapeDetector",
    "ShapeDetectors",
    "TreeModel",
]
