"""From a model of images and a masked image to the set function F(z) = f(x(z)): the one way."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch, wraps
from typing import Any, TypeVar

from limetheory.explaining.masked_input import MaskedInput, SharedNumbers
from limetheory.explaining.model_function import ModelFunction


@singledispatch
def function_of(masked: Any, model: Any, **options: Any) -> Any:
    """The set function of any model at a masked input; a kind of input with set functions of its own registers them."""
    return ModelFunction(model, masked, **options)


Form = TypeVar("Form", bound=Callable[..., Any])


def one_part_each(form: Form) -> Form:
    """A closed form of inputs each number of which belongs to one part; where parts share numbers, the model is asked.

    For functions that are registered with `set_function`. A split or a threshold that one superpixel decides is decided
    by several where they blend into each other.
    """

    @wraps(form)
    def chosen(model: Any, masked: Any) -> Any:
        return function_of(masked, model) if isinstance(masked, SharedNumbers) else form(model, masked)

    return chosen  # type: ignore[return-value]


@singledispatch
def set_function(model: Any, /, masked: MaskedInput, **options: Any) -> Any:
    """Restrict a model of images to the superpixels of one image.

    | model | result | then |
    |---|---|---|
    | `LinearPixels` | `Additive` | `limit` by prop:linear |
    | `ShapeDetector` | `Leaf` | `limit` by prop:leaf |
    | `ShapeDetectors`, `ConvolutionalDetector` | `Maximum`, `Leaf` or `WeightedSum` | `limit` by prop:or |
    | `TreeModel` | `LeafSum` | `limit` by prop:trees |
    | `KernelMachine`, `RBFExpansion` | `FactorSum` | `limit` by prop:factor |
    | torch module or batch callable | `ModelFunction` | `estimate`, or `limit` by enumeration |

    At a `MaskedRow`, whose cells are random given the mask, F(z) is the mean of f: `LinearPixels` is an `Additive`,
    `TreeModel`, `KernelMachine` and `RBFExpansion` are a `FactorSum`, and a callable is a `RowFunction` for `estimate`.
    At a `RandomMaskedImage`, whose hidden pixels are drawn, F(z) is a mean too: `LinearPixels` is an `Additive` of the
    mean replacement, and all other models are a `RandomImageFunction` for `estimate`.
    At a `SoftMaskedImage`, whose superpixels share pixels, `LinearPixels` is an `Additive`, and all other models are a
    `ModelFunction`.

    Args:
        model: one of the above.
        masked: the image with its superpixels and replacement.
        **options: for the last row: target, batch_size, device, see `ModelFunction`.

    Warns:
        UserWarning: a `TreeModel` or `KernelMachine` that was fitted to another scale than [0, 1].

    >>> import limetheory as lt, numpy as np
    >>> masked = lt.MaskedImage(lt.as_image(np.eye(4)), "grid", replacement=0.0)
    >>> brightness = lt.set_function(lambda images: images.mean(axis=(1, 2, 3)), masked)
    >>> lt.limit(brightness, lt.ImageDesign(masked.d)).coefficients.round(12).sum().item()
    0.25
    """
    return function_of(masked, model, **options)
