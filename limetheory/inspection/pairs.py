"""`change` for photographs, texts and rows of tables as they come: both inputs get the same parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limetheory.images.masked import MaskedImage, with_channels
from limetheory.images.patches.masked import PatchMaskedImage, leaves_out, refuse_removal
from limetheory.images.random.masked import RandomMaskedImage
from limetheory.images.replacement import law_of
from limetheory.inspection.change import change
from limetheory.inspection.changed import Change
from limetheory.tabular.masked import MaskedRow
from limetheory.text.masked import REMOVE, MaskedText
from limetheory.text.tokens import Tokenizer


def image_change(
    model: Any, before: Any, after: Any, *, segments: Any = "slic", replacement: Any = "mean", **options: Any
) -> Change:
    """`change` of a photograph and of the photograph after an edit, with the superpixels of the first.

    Each is explained as by `explain_image` with one label map. A replacement by name is made of each photograph by
    itself, so that hidden superpixels show the mean colour that they have there; give an image, such as
    ``lt.images.replacement_image(before, labels)``, for one that is the same before and after.

    Args:
        model, replacement: see `explain_image`; a random replacement draws the same images before and after.
        before: the photograph as the model takes it, see `explain_image`.
        after: the photograph after the edit, of the same height and width.
        segments: a method of `segment`, which cuts ``before``, or an (h, w) integer label map.
        **options: see `change`.

    Returns:
        A `Change`, whose ``plot`` has the heat maps before, after, and of the difference.

    Raises:
        ValueError, TypeError: bad arguments, or photographs of different sizes, in one line.
        Interrupted: on Ctrl-C, with the `Change` from the finished masks.

    >>> import numpy as np
    >>> plain = np.zeros((4, 6, 3)); plain[:, 3:] = 1.0
    >>> darker = plain / 2
    >>> halves = (np.arange(6) >= 3) * np.ones((4, 1), int)
    >>> brightness = lambda images: images.mean(axis=(1, 2, 3))
    >>> found = image_change(brightness, plain, darker, segments=halves, replacement=0.0, n=20, rng=0)
    >>> found.prediction.change, (found.difference.coefficients.round(12) + 0.0).tolist()
    (-0.25, [0.0, -0.25])
    """
    pixels, edited = with_channels(before), with_channels(after)
    if pixels.shape != edited.shape:
        raise ValueError(
            f"before and after must have the same size, got {pixels.shape} and {edited.shape}; bring both to the "
            "model's size in the same way, as model.prepare does"
        )
    masked = masked_image(model, pixels, segments, replacement)
    return change(model, masked, masked_image(model, edited, masked.segments, replacement), **options)


def masked_image(model: Any, pixels: Any, segments: Any, replacement: Any) -> Any:
    """The masked image that `explain_image` makes of pixels that were read before."""
    if leaves_out(replacement):
        refuse_removal(model, None)
        return PatchMaskedImage.of_pixels(pixels, segments)
    law = law_of(pixels, replacement)
    if law is None:
        return MaskedImage.of(pixels, segments, replacement)
    return RandomMaskedImage.of(MaskedImage.of(pixels, segments, law.mean, warn=False), law)


def text_change(
    predict: Any,
    before: str,
    after: str,
    *,
    tokens: str | Tokenizer = "words",
    missing: str = REMOVE,
    positions: bool = False,
    **options: Any,
) -> Change:
    """`change` of a text and of the text with other words in the same places.

    Args:
        predict, tokens, missing, positions: see `explain_text`.
        before: the text.
        after: the text after the edit, with as many tokens; without ``positions``, repeated at the same places.
        **options: see `change`.

    Returns:
        A `Change`; a part whose token was replaced is named by both, such as "good → bad".

    Raises:
        ValueError, TypeError: bad arguments, or tokens that do not correspond, in one line.
        Interrupted: on Ctrl-C, with the `Change` from the finished masks.

    >>> stars = lambda texts: [3 + text.count("good") - 2.0 * text.count("bad") for text in texts]
    >>> found = text_change(stars, "good plot", "bad plot", n=50, rng=0)
    >>> found.difference.names, (found.difference.coefficients.round(9) + 0.0).tolist()
    (('good → bad', 'plot'), [-3.0, 0.0])
    """
    both = (MaskedText(text, tokens, missing, positions) for text in (before, after))
    return change(predict, *both, **options)


def row_change(
    predict: Any,
    before: Any,
    after: Any,
    training_data: Any,
    *,
    feature_names: Sequence[str] | None = None,
    categorical: Any = (),
    bins: Any = "quartile",
    training_labels: Any = None,
    draws: str = "normal",
    **options: Any,
) -> Change:
    """`change` of a row of a table and of the row with other values.

    A coefficient belongs to a column's bin, or to its category; both rows draw the other cells by the same random
    numbers. Masks are drawn from the design of ``before``. If ``after`` lies in a bin with another share of the
    training rows, `explain_tabular` would draw other masks for it by default, and tend to a slightly different limit.

    Args:
        predict, training_data, feature_names, categorical, bins, training_labels, draws: see `explain_tabular`.
        before, after: the row before and after the edit.
        **options: see `change`.

    Returns:
        A `Change`; a part whose condition changes is named by both, such as "age <= 3 → age > 9".

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Interrupted: on Ctrl-C, with the `Change` from the finished masks.

    >>> import numpy as np
    >>> training = np.arange(40.0).reshape(20, 2)
    >>> large = lambda rows: rows[:, 0] > 20
    >>> found = row_change(large, [34.0, 3.0], [2.0, 3.0], training, feature_names=["age", "dose"], n=2000, rng=0)
    >>> found.difference.names, found.difference.coefficients.round(1).tolist()
    (('age > 28.50 → age <= 9.50', 'dose <= 10.50'), [-1.4, 0.0])
    """
    form = {
        "feature_names": feature_names, "categorical": categorical, "bins": bins, "training_labels": training_labels,
        "draws": draws,
    }  # fmt: skip
    both = (MaskedRow(row, training_data, **form) for row in (before, after))
    return change(predict, *both, **options)
