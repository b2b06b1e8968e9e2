"""Models whose limit is exact on any input of numbers: trees, kernel machines, linear pixels and shape detectors.

`supported(limetheory.set_function)` lists them, from what their files register. One more takes one file and its line
below, which makes it `limetheory.NAME`, too.
"""

from typing import TYPE_CHECKING

from limetheory.fitted.detectors import ConvolutionalDetector as ConvolutionalDetector
from limetheory.fitted.detectors import ShapeDetectors as ShapeDetectors
from limetheory.fitted.kernels import KernelMachine as KernelMachine
from limetheory.fitted.kernels import RBFExpansion as RBFExpansion
from limetheory.fitted.pixels import LinearPixels as LinearPixels
from limetheory.fitted.pixels import ShapeDetector as ShapeDetector
from limetheory.fitted.trees import TreeModel as TreeModel
from limetheory.registry import exported

if not TYPE_CHECKING:
    __all__ = exported(__name__)
