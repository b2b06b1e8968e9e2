"""Inpainting by diffusion: in a hole, each pixel has the mean colour of its four neighbours."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.smoothing import block_means, stretched

DIRECT = 10_000
"""Pixels of a hole up to which the equations are solved exactly; a convention of about 0.1 s."""

_SWEEPS = 3
"""Means over neighbours that correct what twice as large pixels have found; a convention."""


def diffused(colours: Floats, hole: Bools) -> Floats:
    """The colours with a hole filled by the solution u of Laplace's equation, Σ_neighbours (u_v − u_p) = 0.

    The rest of the picture stays; at the borders of the array there are fewer neighbours. The solution is between the
    least and the largest level next to the hole, without a seam. A hole of more than `DIRECT` pixels is filled on
    pixels that are twice as large and then corrected by means over neighbours, in a time that grows with its area
    alone: an approximation, whose root mean square distance from the solution is some 2 of 255 levels in photographs.

    Args:
        colours: (h, w, c).
        hole: (h, w); some pixel must lie outside, else the colours are returned.

    >>> diffused(np.array([0.2, 9.0, 9.0, 0.8]).reshape(1, 4, 1), np.array([[False, True, True, False]])).ravel()
    array([0.2, 0.4, 0.6, 0.8])
    """
    if not hole.any() or hole.all():
        return colours
    if np.count_nonzero(hole) <= DIRECT:
        return _solved(colours, hole)
    known = ~hole
    shares = block_means(known.astype(float), 2)
    means = block_means(colours * known[..., None], 2) / np.where(shares, shares, 1)[..., None]
    coarse = diffused(means, shares == 0)
    start = np.where(hole[..., None], stretched(coarse, 2, hole.shape), colours)
    return _relaxed(start, hole)


def _relaxed(colours: Floats, hole: Bools) -> Floats:
    """Means over neighbours, of the fields of a chessboard's two colours in turn."""
    framed = np.pad(colours, [(1, 1), (1, 1), (0, 0)], mode="edge")
    inner, parity = framed[1:-1, 1:-1], np.add.outer(*map(np.arange, hole.shape)) % 2
    turns = [(hole & (parity == one))[..., None] / 4 for one in (0, 1)]
    for _ in range(_SWEEPS):
        for shares in turns:
            excess = framed[:-2, 1:-1] + framed[2:, 1:-1]
            excess += framed[1:-1, :-2]
            excess += framed[1:-1, 2:]
            excess -= 4 * inner
            excess *= shares
            inner += excess
            framed[0], framed[-1], framed[:, 0], framed[:, -1] = framed[1], framed[-2], framed[:, 1], framed[:, -2]
    return inner.copy()


def _neighbours(hole: Bools) -> list[np.ndarray]:
    """The flat places of the four neighbours; a pixel at a border stands for the one that it lacks there."""
    (rows, columns), (height, width) = np.nonzero(hole), hole.shape
    return [
        np.maximum(rows - 1, 0) * width + columns,
        np.minimum(rows + 1, height - 1) * width + columns,
        rows * width + np.maximum(columns - 1, 0),
        rows * width + np.minimum(columns + 1, width - 1),
    ]


def _solved(colours: Floats, hole: Bools) -> Floats:
    from scipy.sparse import csc_matrix
    from scipy.sparse.linalg import splu

    places = np.flatnonzero(hole)
    number = np.full(hole.size, -1)
    number[places] = np.arange(len(places))
    flat = colours.reshape(hole.size, -1).copy()
    around = np.stack(_neighbours(hole), axis=1)
    unknown, own = number[around] >= 0, np.broadcast_to(np.arange(len(places))[:, None], around.shape)
    known = np.where(unknown[..., None], 0, flat[around]).sum(axis=1)
    entries = [np.full(len(places), 4.0), np.full(np.count_nonzero(unknown), -1.0)]
    rows = [np.arange(len(places)), own[unknown]]
    columns = [np.arange(len(places)), number[around][unknown]]
    matrix = csc_matrix(
        (np.concatenate(entries), (np.concatenate(rows), np.concatenate(columns))), shape=[len(places)] * 2
    )
    flat[places] = splu(matrix, permc_spec="MMD_AT_PLUS_A").solve(known)
    return flat.reshape(colours.shape)
