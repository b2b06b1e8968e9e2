"""Composing masked images on a torch device and running a module on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, cast

import numpy as np
import torch

from limetheory.answers import FIELD_OF_MODULE, resolution, score_rows
from limetheory.arrays import Masks
from limetheory.backends import Layers
from limetheory.devices import present_device, refuse_meta, tensor_float32
from limetheory.images.masked import ReplacedImage
from limetheory.images.random.numbered import NumberedImage
from limetheory.images.torch.channels import refuse_channels
from limetheory.images.torch.converted import FEWEST, PROBES, converted_layers, wants_backend
from limetheory.images.torch.exported import any_batch_size
from limetheory.images.torch.shared_layers import SharedLayers, layers_of, shared_layers, through
from limetheory.images.torch.shares import CrispShares, shares_of
from limetheory.images.torch.sizes import refuse_size
from limetheory.networks import Classifier
from limetheory.networks.modes import put_in_eval_mode
from limetheory.want_of_memory import out_of_memory


class TorchEvaluator:
    """Masks (b, d) bool → the module's outputs (b, classes), with image and labels kept on the device.

    The first layers of a `Classifier` or `nn.Sequential` are evaluated for all masks at once (`shared_layers`), after
    the first 2 d masks: with up to 4 d images, and four times more whenever eight times as many are behind. Not so for
    soft masks, under which a position sees more superpixels, and for random replacements, of which each mask has its
    own: they are drawn on the host, so that a seed gives the same ones on every device.

    The layers behind them are run by the backend of a `Classifier`, if it has one besides torch, after as many masks
    as converting them takes to pay.
    """

    def __init__(self, module: torch.nn.Module, masked: ReplacedImage, device: Any = None):
        refuse_meta(module)
        self.module = module if device is None else module.to(present_device(device))
        self.device = _example(module).device if device is None else present_device(device)
        self.image = image_tensor(masked.image, module).to(self.device)
        self.replacement = image_tensor(masked.replacement, module).to(self.device)
        self.shares, self._masked = shares_of(masked, self.image), masked
        self.resolution = resolution(self.image)
        self.layers = layers_of(module)
        self.shared: SharedLayers | None = None
        self._evaluated, self._due, self._allowed = 0, 2 * masked.d, 4 * masked.d
        self._convert = wants_backend(module)
        self._converted: tuple[int, Layers | None] = 0, None

    def __call__(self, masks: Masks) -> np.ndarray:
        """Return the outputs as (b, classes) float64."""
        with torch.inference_mode(), evaluation_mode(self.module), any_batch_size():
            self._share()
            self._hand_over(masks)
            return self._rows(masks) if self._evaluated else self._first(masks)

    def again(self, masks: Masks) -> np.ndarray:
        """Return the outputs as those before were computed: no more layers are shared for them."""
        with torch.inference_mode(), evaluation_mode(self.module), any_batch_size():
            return self._rows(masks)

    def afresh(self, masks: Masks) -> np.ndarray:
        """Return the outputs as the first ones were computed: no layers are shared for them."""
        with torch.inference_mode(), evaluation_mode(self.module), any_batch_size():
            return score_rows(self.module(self.compose(masks)), len(masks), FIELD_OF_MODULE)

    def _first(self, masks: Masks) -> np.ndarray:
        """The outputs, and where the module fails and would not with other channels or in another size, that."""
        try:
            grey = _is_grey(self.image, self.replacement) and _draws_grey(self._masked)
            return self._first_of_grey(masks) if grey else self._rows(masks)
        except Exception as error:
            if not out_of_memory(error):
                refuse_channels(self.module, self.image)
                refuse_size(self.module, self.image)
            raise

    def _first_of_grey(self, masks: Masks) -> np.ndarray:
        """The outputs in three channels, or in one for this and all later masks where the module refuses three."""
        colour = self.image, self.replacement
        try:
            return self._rows(masks)
        except Exception as error:
            if out_of_memory(error):
                raise
            self.image, self.replacement = (pixels[:, :1].contiguous() for pixels in colour)
            try:
                return self._rows(masks)
            except Exception:
                self.image, self.replacement = colour
                raise error from None

    def _rows(self, masks: Masks) -> np.ndarray:
        answer = self._outputs(masks)
        rows = score_rows(answer, len(masks), FIELD_OF_MODULE)
        self.resolution = max(self.resolution, resolution(answer))
        self._evaluated += len(masks)
        return rows

    def _share(self) -> None:
        if not isinstance(self.shares, CrispShares):
            return
        if len(self.layers) > 1 and self._evaluated >= self._due:
            allowed, self._allowed = self._allowed, 4 * self._allowed
            self._due = 8 * self._allowed
            self.shared = shared_layers(self.layers, self.compose, self.shares.labels, allowed)

    def _hand_over(self, masks: Masks) -> None:
        """Let the backend run the layers that are not shared, whenever these are others."""
        if self._convert and self._evaluated >= FEWEST and self._converted[0] != self._depth:
            probes, classifier = masks[np.arange(PROBES) % len(masks)], cast(Classifier, self.module)
            found = converted_layers(classifier, self._depth, lambda: self._maps(probes))
            self._converted = self._depth, found

    @property
    def _depth(self) -> int:
        """How many layers are evaluated before the backend's: the preprocessing at least."""
        return 1 if self.shared is None else self.shared.depth

    def _maps(self, masks: Masks) -> torch.Tensor:
        """What the layers that are not shared get."""
        return self.shared(masks) if self.shared else cast(Classifier, self.module).inputs(self.compose(masks))

    def _outputs(self, masks: Masks) -> Any:
        converted = self._converted[1]
        if converted is not None:
            return cast(Classifier, self.module).outputs(converted(self._maps(masks)))
        if self.shared is None:
            return self.module(self.compose(masks))
        return through(self.layers[self.shared.depth :], self.shared(masks))

    def compose(self, masks: Masks) -> torch.Tensor:
        """x(z) for each mask: (b, d) bool → (b, c, h, w) on the device."""
        return torch.lerp(self._hidden(masks), self.image, self.shares(masks))  # exact at 0 and 1

    def _hidden(self, masks: Masks) -> torch.Tensor:
        """What hidden pixels show: the replacement, or that of each mask where it is random."""
        if not isinstance(self._masked, NumberedImage):
            return self.replacement
        drawn = _channels_first(self._masked.drawn(masks), self.image)
        return drawn if drawn.shape[1] == self.image.shape[1] else drawn[:, :1]


def image_tensor(image: np.ndarray, module: torch.nn.Module) -> torch.Tensor:
    """(h, w, c) in [0, 1] → (1, c, h, w) on the device and in the precision of the module; (h, w) in three channels."""
    image = image if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2)
    return _channels_first(image[None], _example(module))


def _channels_first(images: np.ndarray, like: torch.Tensor) -> torch.Tensor:
    """(b, h, w, c), or (b, h, w) in one channel → (b, c, h, w) on the device and in the precision of a tensor."""
    images = images if images.ndim == 4 else images[..., None]
    return torch.as_tensor(images, dtype=like.dtype).permute(0, 3, 1, 2).contiguous().to(like.device)


def _draws_grey(masked: ReplacedImage) -> bool:
    """Whether one channel of a random replacement may stand for all; True of one that is not random."""
    return not isinstance(masked, NumberedImage) or masked.law.grey


def _is_grey(*images: torch.Tensor) -> bool:
    """Whether images (1, c, h, w) have three channels, all alike."""
    return all(pixels.shape[1] == 3 and bool((pixels == pixels[:, :1]).all()) for pixels in images)


def _example(module: torch.nn.Module) -> torch.Tensor:
    """The first floating-point parameter or buffer, or an empty tensor; images get its type and device."""
    tensors = chain(module.parameters(), module.buffers())
    return next((one for one in tensors if one.is_floating_point()), torch.empty(0))


@contextmanager
def evaluation_mode(module: torch.nn.Module) -> Iterator[None]:
    """Run in eval mode (no dropout, fixed batch norm) and in full float32; put all back afterwards."""
    training = [part for part in module.modules() if part.training]
    if training:
        put_in_eval_mode(module)
    try:
        with tensor_float32(False):
            yield
    finally:
        for part in training:
            part.training = True
