"""A synthetic scene, and a module with the interface of Sam that returns the regions of the scene around a point."""

import warnings

import numpy as np
import torch
from torch import nn

SHAPE, SIDE = (300, 400), 256
COLOURS = np.array([[20, 30, 40], [200, 60, 60], [220, 160, 60], [240, 240, 90],
                    [60, 200, 80], [60, 160, 220], [160, 60, 240]], dtype=np.uint8)  # fmt: skip
CONTENTS = {1: [1, 2, 3], 2: [2, 3], 3: [3], 4: [4, 5, 6], 5: [5, 6], 6: [6]}
"""The colour of each region, and the colours of the regions inside it: two wholes, each with a part and its subpart."""

CHAINS = {1: [1], 2: [2, 1], 3: [3, 2, 1], 4: [4], 5: [5, 4], 6: [6, 5, 4]}
"""Colour under a click → the regions that contain it, smallest first."""


def scene():
    """The picture of two wholes, each with a part that has a subpart, as numbers of colours (h, w)."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    numbers = np.zeros(SHAPE, dtype=int)
    numbers[((x - 120) / 100) ** 2 + ((y - 150) / 120) ** 2 < 1] = 1
    numbers[((x - 130) / 60) ** 2 + ((y - 170) / 50) ** 2 < 1] = 2
    numbers[(x - 140) ** 2 + (y - 175) ** 2 < 26**2] = 3
    numbers[(x >= 245) & (x < 375) & (y >= 40) & (y < 260)] = 4
    numbers[(x >= 260) & (x < 350) & (y >= 120) & (y < 240)] = 5
    numbers[(x >= 275) & (y >= 150) & (x + y < 510)] = 6
    return numbers


NUMBERS = scene()
IMAGE = COLOURS[NUMBERS]
TRUTHS = np.array([np.isin(NUMBERS, CONTENTS[region]) for region in CONTENTS])


class Shrink(nn.Module):
    """An encoder that returns its input at half the width, in the same type."""

    img_size = SIDE

    def forward(self, image):
        self.seen = image.dtype
        return nn.functional.avg_pool2d(image, 2)


class Coordinates(nn.Module):
    """A prompt encoder that returns the coordinates of the points."""

    def forward(self, points, boxes, masks):
        return points[0], torch.zeros(1)

    def get_dense_pe(self):
        return torch.zeros(1)


def run_out(device):
    """Ask a GPU for 2^50 bytes; without a GPU raise the error that a GPU would raise."""
    if device.type == "cuda":
        torch.empty(2**50, dtype=torch.uint8, device=device)
    raise torch.OutOfMemoryError("CUDA out of memory")


class Scene(nn.Module):
    """A decoder that looks up the colour under each point and returns the regions around it.

    Where fewer than three regions contain a point, the rest are decoys: one that the decoder itself scores
    low, and one that scores high but is unstable. Answers are moved by up to a low-resolution pixel and
    scored lower for it, and have a small hole and often a small island, as SAM's answers do.
    """

    room = 10**9

    def __init__(self):
        super().__init__()
        mean, std = torch.tensor([123.675, 116.28, 103.53]), torch.tensor([58.395, 57.12, 57.375])
        known = torch.cat([torch.as_tensor(COLOURS).float(), mean[None]])  # the mean is what pads the image
        self.register_buffer("palette", (known - mean) / std)

    def forward(self, image_embeddings, image_pe, sparse_prompt_embeddings, dense_prompt_embeddings, multimask_output):
        points = sparse_prompt_embeddings[:, 0].cpu().numpy()
        if len(points) > self.room:
            run_out(image_embeddings.device)
        colours = image_embeddings[0].permute(1, 2, 0)[:, :, None] - self.palette
        numbers = colours.square().sum(3).argmin(2).cpu().numpy()
        answers = [self.answer(numbers, point / 2) for point in points]
        masks, scores = zip(*answers, strict=True)
        device = image_embeddings.device
        return torch.as_tensor(np.array(masks), device=device).float(), torch.tensor(scores, device=device)

    def answer(self, numbers, point):
        column, row = (min(max(int(c), 0), numbers.shape[0] - 1) for c in point)
        shift = (column + row) % 2
        chain = CHAINS.get(int(numbers[row, column]), [])
        found = [(self.region(numbers, CONTENTS[region], shift), 0.97 - 0.02 * shift) for region in chain]
        masks, scores = zip(*[*found, *self.decoys(numbers.shape, row, column)][:3], strict=True)
        return np.array(masks), scores

    def region(self, numbers, colours, shift):
        inside = np.roll(np.isin(numbers, colours), shift, axis=1)
        rows, columns = np.nonzero(inside)
        middle = len(rows) // 2
        inside[rows[middle], columns[middle]] = False
        inside[rows[0], columns.max() : columns.max() + 2] = True
        return np.where(inside, 16.0, -16.0)

    def decoys(self, shape, row, column):
        y, x = np.mgrid[: shape[0], : shape[1]]
        box = np.where((abs(x - column) < 15) & (abs(y - row) < 15), 16.0, -16.0)
        return [(box, 0.5), (12 - np.hypot(x - column, y - row), 0.93), (box, 0.6)]


def scene_sam():
    from segment_anything.modeling import Sam

    return Sam(Shrink(), Coordinates(), Scene()).eval()


def divided(depth):
    """The true partition of the scene at a depth: the wholes, then their parts, then the subparts; (h, w)."""
    return np.array([[0, 1, 1, 1, 4, 4, 4], [0, 1, 2, 2, 4, 5, 5], [0, 1, 2, 3, 4, 5, 6]])[depth - 1][NUMBERS]


def overlaps(found, truths):
    """The intersection over union of each true mask with each mask that was found."""
    found, truths = (stack.reshape(len(stack), -1).astype(float) for stack in (found, truths))
    common = truths @ found.T
    return common / (truths.sum(1)[:, None] + found.sum(1) - common)


def are_the_regions(found, truths=TRUTHS):
    """Check that every region is found once, that nothing else is found, and that the mean IoU is at least 0.9."""
    if len(found) != len(truths):
        return False
    table = overlaps(found, truths)
    return bool(table.max(1).min() > 0.8 and table.max(1).mean() >= 0.9 and table.max(0).min() > 0.8)


def is_clicked(record):
    """Check that the point of a record lies in its mask, or within 4 pixels of it."""
    ((x, y),) = record["point_coords"]
    rows, columns = (slice(max(0, int(c) - 4), int(c) + 5) for c in (y, x))
    return bool(record["segmentation"][rows, columns].any())


def records_of(generator, image=IMAGE):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return generator.generate(image)


def is_recovered(records):
    found = np.array([record["segmentation"] for record in records])
    return are_the_regions(found) and all(is_clicked(record) for record in records)
