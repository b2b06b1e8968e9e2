"""`RandomMaskedImage`: hidden pixels show an image that is drawn anew for each mask."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import mask_rows
from limetheory.arrays import Labels
from limetheory.images.masked import MaskedImage, ReplacedImage, grey_or_channels
from limetheory.images.random.numbered import NumberedImage
from limetheory.images.replacement import law_of
from limetheory.images.replacements.law import ReplacementLaw, key_of, warn_unless_it_hides
from limetheory.images.soft.masked import SoftMaskedImage
from limetheory.images.soft.smoothing import soft_masks
from limetheory.kept import keepable

PartsOfImage: TypeAlias = MaskedImage | SoftMaskedImage


class RandomMaskedImage(ReplacedImage):
    """x(z) = ξ̄ + m_z (ξ − ξ̄) for a replacement ξ̄ that is drawn for each mask, independently of all others.

    So F(z) = E[f(x(z)) | z] is a mean, of which each evaluation is a draw: `set_function` makes a random set function
    of a model, whose standard errors contain the draws of ξ̄ besides those of the masks. It converges to the limit of
    the mean. A linear model of pixels sees the mean of ξ̄ alone, so that its set function is `Additive` and exact.

    Args:
        image: ξ, see `MaskedImage`.
        segments: see `MaskedImage`.
        replacement: what ξ̄ is drawn from: "noise", uniform levels; "histogram", colours of the image; another random
            row of `REPLACEMENTS`; or several other images, a list or (m, h, w[, c]), each as likely.

    Attributes:
        masked: the image with its parts, a `MaskedImage` or a `SoftMaskedImage`; its replacement is the mean E ξ̄.
        law: what ξ̄ is drawn from.

    Raises:
        ValueError, TypeError: a replacement that is one image, or other images of which one does not fit.

    Warns:
        UserWarning: ξ̄ always equals ξ, so that every coefficient is 0.

    >>> masked = RandomMaskedImage(np.array([[0.0, 0.5, 1.0]]), np.array([[3, 3, 9]]), "noise")
    >>> drawn = masked.compose(np.array([[True, False], [True, False]]), rng=0)
    >>> drawn[:, 0, :2].tolist(), bool(drawn[0, 0, 2] != drawn[1, 0, 2])
    ([[0.0, 0.5], [0.0, 0.5]], True)
    """

    random = True
    """x(z) is drawn anew for every mask."""

    def __init__(self, image: Any, segments: Any = "slic", replacement: Any = "noise"):
        pixels = grey_or_channels(image)
        law = law_of(pixels, replacement)
        if law is None:
            raise ValueError(
                "replacement must be random here, such as 'noise', 'histogram' or several images, got one image; give "
                "it to MaskedImage"
            )
        self._set(MaskedImage.of(pixels, segments, law.mean, warn=False), law)
        self.warn_if_nothing_is_hidden()

    @classmethod
    def of(cls, masked: PartsOfImage, law: ReplacementLaw) -> RandomMaskedImage:
        """The masked image whose parts show draws of a law once they are hidden, for one that shows its mean."""
        found = cls.restored(masked, law)
        found.warn_if_nothing_is_hidden()
        return found

    @classmethod
    def restored(cls, masked: PartsOfImage, law: ReplacementLaw) -> RandomMaskedImage:
        """The masked image with these parts, which another one had; it warns of nothing again."""
        if not isinstance(masked, (MaskedImage, SoftMaskedImage)) or not isinstance(law, ReplacementLaw):
            raise TypeError(f"masked and law must be of these kinds, got {type(masked).__name__}, {type(law).__name__}")
        if law.shape != masked.image.shape:
            raise ValueError(f"a law must have the image's shape {masked.image.shape}, got {law.shape}; make it of it")
        found = cls.__new__(cls)
        found._set(masked, law)
        return found

    def _set(self, masked: PartsOfImage, law: ReplacementLaw) -> None:
        self.masked, self.law, self.image, self.replacement = masked, law, masked.image, masked.replacement

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return self.masked.d

    @property
    def segments(self) -> Labels:
        """The label map, (h, w)."""
        return self.masked.segments

    @cached_property
    def shares(self) -> np.ndarray:
        """How much of every entry of the image belongs to each superpixel, (d, …) with the image's shape."""
        if isinstance(self.masked, SoftMaskedImage):
            return self.masked.shares
        shares = soft_masks(self.segments, None)
        return np.broadcast_to(shares if self.image.ndim == 2 else shares[..., None], (self.d, *self.image.shape))

    def numbered(self, rng: Any = None) -> NumberedImage:
        """The image with the draws of a seed, by their numbers; rng is None, an int or a numpy.random.Generator."""
        return NumberedImage(self.masked, self.law, key_of(rng))

    def compose(self, masks: Any, rng: Any = 0) -> np.ndarray:
        """A random x(z) for each mask: (n, d) bool → (n, h, w[, c]) float64; those of the first n draws of a seed."""
        masks, numbered = mask_rows(masks, self.d), self.numbered(rng)
        return numbered.compose(numbered.coded(masks, np.arange(len(masks))))

    def warn_if_nothing_is_hidden(self) -> None:
        """Warn where ξ̄ always equals ξ, so that every coefficient is 0."""
        warn_unless_it_hides(self.law, self.image)


keepable(RandomMaskedImage, "masked", "law", build=RandomMaskedImage.restored)
