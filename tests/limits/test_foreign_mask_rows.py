"""Masks given by users: set functions and designs read two values of any type, and refuse all else."""

import contextlib
import importlib
import inspect
import pkgutil

import instances
import numpy as np
import pytest
import torch

import limetheory as lt
from limetheory import designs, limits
from limetheory.metrics import Predictions


def made(kind, d):
    """A design of any class whose arguments are d, d and a number, or a number for each superpixel or size."""
    for arguments in ((d,), (d, 0.5), ([0.5] * d,), (range(1, d + 2),)):
        with contextlib.suppress(TypeError, ValueError):
            if (design := kind(*arguments)).d == d:
                return design
    raise TypeError(f"{kind.__name__} must take arguments that are tried here; add its own to DESIGNS")


MASKS = lt.all_masks(3)
IMAGE = lt.MaskedImage(np.array([[0.2, 0.8, 0.5]]), np.array([[0, 1, 2]]), 0.0)
MODEL = lt.ModelFunction(lambda images: images[:, 0] ** 2, IMAGE)
PREDICTIONS = Predictions(MODEL)
FUNCTIONS = {
    **{
        name: build(np.random.default_rng(0), 3).model
        for name, build in instances.SET_FUNCTIONS.items()
        if hasattr(limits, name)
    },
    "QuadraticLimit": lt.QuadraticLimit(0.5, np.arange(3.0), np.ones((3, 3)) - np.eye(3)),
    "SetFunction": lt.SetFunction(np.arange(8.0)),
    "MaskedImage.compose": IMAGE.compose,
    "ModelFunction": MODEL,
    "Predictions": PREDICTIONS,
    "Predictions.outputs": PREDICTIONS.outputs,
    "Predictions.classes": PREDICTIONS.classes,
}
DESIGNS = [lt.ImageDesign(3), lt.TextDesign(3), lt.ShapleyDesign(3), lt.GlimeDesign(3, 0.5), lt.BernoulliDesign(3, 0.3),
           lt.ProductDesign([0.5, 0.25, 0.7], [1.0, 0.5, 2.0]), lt.SizeLawDesign([1, 2, 3, 1])]  # fmt: skip
KINDS = {getattr(designs, name) for name in designs.__all__ if name.endswith("Design")}
KINDS -= {lt.Design, lt.ExchangeableDesign, *map(type, DESIGNS)}
DESIGNS += [made(kind, 3) for kind in sorted(KINDS, key=lambda kind: kind.__name__)]
READERS = FUNCTIONS | {
    f"{type(design).__name__}.{name}": getattr(design, name)
    for design in DESIGNS
    for name in ("centred", "centred_share", "contrasts", "chance", "probability", "weight", "density")
}


def takes_masks(kind):
    return "__call__" in vars(kind) and "masks" in inspect.signature(kind.__call__).parameters


def test_the_lists_are_complete():
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(limits.__path__, "limetheory.limits.")]
    classes = {kind for module in modules for kind in vars(module).values() if inspect.isclass(kind)}
    found = {kind.__name__ for kind in classes if kind.__module__.startswith("limetheory") and takes_masks(kind)}
    assert found and found <= set(FUNCTIONS)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("same", [
    MASKS.astype(int), MASKS * 255, MASKS.astype(float), MASKS.tolist(), torch.as_tensor(MASKS),
    torch.as_tensor(MASKS).float().requires_grad_(),
], ids=["0 and 1", "0 and 255", "floats", "lists", "tensor", "tensor with gradients"])  # fmt: skip
def test_two_valued_rows_are_read_alike(name, same):
    assert np.array_equal(READERS[name](same), READERS[name](MASKS))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("other", [
    MASKS * 0.5, np.where(MASKS, 1, -1), np.where(MASKS, 1.0, np.nan), MASKS * 2, np.where(MASKS, 3.2, -1.7),
], ids=["halves", "±1", "NaN", "2", "logits"])  # fmt: skip
def test_other_rows_are_refused(name, other):
    with pytest.raises(ValueError, match=r"^masks must be True and False, 0 and 1 or 0 and 255, got "):
        READERS[name](other)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("shape", [(2, 4), (2, 2), (3,), (1, 2, 3)], ids=str)
def test_another_number_of_columns_is_refused(name, shape):
    with pytest.raises(ValueError, match=r"^masks must have shape \(n, 3\), got .*; one column for each part"):
        READERS[name](np.zeros(shape, bool))
