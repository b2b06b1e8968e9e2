"""scikit-image's segmentations together with their parameters."""

from __future__ import annotations

import types
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from limetheory.adapters.lime.utils.generic_utils import has_arg
from limetheory.arguments import choice
from limetheory.outside import outside


class BaseWrapper:
    """A function with the parameters that it is to be called with.

    Args:
        target_fn: the function, or an object that can be called.
        **target_params: its parameters.

    >>> BaseWrapper(round, ndigits=2).target_params
    {'ndigits': 2}
    """

    def __init__(self, target_fn: Any = None, **target_params: Any):
        self.target_fn: Any = target_fn
        self.target_params: dict[str, Any] = target_params

    def _check_params(self, parameters: Iterable[str]) -> None:
        if self.target_fn is None and not callable(self):
            raise TypeError("target_fn must be a callable, got None; give the function that takes the parameters")
        own: Any = self if self.target_fn is None else self.target_fn
        function = own if isinstance(own, (types.FunctionType, types.MethodType)) else own.__call__
        if isinstance(parameters, str):
            raise TypeError(
                f"parameters must be a list or a dict of names, got the string {parameters!r}; put it in a list"
            )
        for name in parameters:
            if not has_arg(function, name):
                raise ValueError(f"a parameter must be one of the function's own, got {name!r}; leave it out")

    def set_params(self, **params: Any) -> None:
        """Replace the parameters.

        Raises:
            ValueError: the function takes no parameter of that name.
        """
        self._check_params(params)
        self.target_params = params

    def filter_params(self, fn: Callable[..., Any], override: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The parameters that another function takes too, and those of ``override``, which come first.

        >>> BaseWrapper(sorted, key=abs, order=3).filter_params(sorted, override={"reverse": True}).keys()
        dict_keys(['key', 'reverse'])
        """
        own = {name: value for name, value in self.target_params.items() if has_arg(fn, name)}
        return {**own, **(override or {})}


class SegmentationAlgorithm(BaseWrapper):
    """A segmentation of scikit-image with its parameters: an image → a label map (h, w).

    Args:
        algo_type: ``"quickshift"``, ``"slic"`` or ``"felzenszwalb"``.
        **target_params: of the function in `skimage.segmentation`. ``random_seed`` is its ``rng`` where scikit-image
            calls it so, which lime 0.2.0.1 drops in silence.

    Raises:
        ValueError: another ``algo_type``.

    Warns:
        UserWarning: parameters that the function does not take, which are left out.

    >>> import numpy as np
    >>> SegmentationAlgorithm("slic", n_segments=2, start_label=0)(np.eye(4)[:, :, None] * np.ones(3)).shape
    (4, 4)
    """

    def __init__(self, algo_type: str, **target_params: Any):
        from skimage import segmentation

        self.algo_type = choice("algo_type", algo_type, ("quickshift", "slic", "felzenszwalb"))
        function = getattr(segmentation, self.algo_type)
        super().__init__(function, **_with_rng(function, target_params))
        self.set_params(**self.filter_params(function))

    def __call__(self, *args: Any) -> Any:
        """The label map of an image."""
        return self.target_fn(args[0], **self.target_params)


def _with_rng(function: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """The parameters, ``random_seed`` under the name that the installed scikit-image has for it."""
    named = {
        "rng" if name == "random_seed" and has_arg(function, "rng") else name: value for name, value in given.items()
    }
    unknown = [name for name in named if not has_arg(function, name) and name != "random_seed"]
    if unknown:
        warnings.warn(
            f"parameters must be some of {function.__name__}'s own, got {', '.join(unknown)}, left out; see "
            f"skimage.segmentation.{function.__name__}",
            UserWarning,
            stacklevel=outside(),
        )
    return named
