"""Pieces of a photograph merged by Ward's rule: the two neighbours whose union has the least new variance go first."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np


def merged(means: np.ndarray, areas: np.ndarray, borders: np.ndarray, number: int, smallest: float = 0.0) -> np.ndarray:
    """Merge neighbours until at most ``number`` groups are left and none is too small, or no two are neighbours.

    The cost of a union is a b / (a + b) ‖μ_a − μ_b‖² with the areas and means of both (Ward 1963). Unions of a group
    that is too small go before all others. Equal costs go to the pieces that were made first.

    Args:
        means: (pieces, features) of each piece.
        areas: (pieces,) their numbers of pixels.
        borders: (pairs, 2) the pieces that touch.
        number: of groups, at least 1.
        smallest: area below which a group is too small.

    Returns:
        (pieces,) the group of each piece, numbered in the order of the first piece of each.

    >>> row = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> merged(row, np.ones(4), np.array([[0, 1], [1, 2], [2, 3]]), 2).tolist()
    [0, 0, 1, 1]
    """
    merging = _Merging(means, areas, borders, smallest)
    while merging.step(number):
        pass
    return merging.groups()


class _Merging:
    """The groups so far; a union gets the next number, and its parts are gone."""

    def __init__(self, means: np.ndarray, areas: np.ndarray, borders: np.ndarray, smallest: float):
        self._smallest, self._pieces, self._left = smallest, len(areas), len(areas)
        self._means, self._areas = list(means), [float(area) for area in areas]
        self._neighbours: list[set[int]] = [set() for _ in areas]
        for one, other in borders.tolist():
            self._neighbours[one].add(other)
            self._neighbours[other].add(one)
        self._into = list(range(len(areas)))
        self._costs = [self._cost(a, b) for a, near in enumerate(self._neighbours) for b in near if a < b]
        heapify(self._costs)

    def step(self, number: int) -> bool:
        """Make the cheapest union, if there are more than ``number`` groups or one of it is too small."""
        while self._costs:
            large, _, one, other = heappop(self._costs)
            if self._into[one] != one or self._into[other] != other:
                continue
            if large and self._left <= number:
                return False
            self._unite(one, other)
            return True
        return False

    def groups(self) -> np.ndarray:
        """The group of each piece."""
        last = np.array(self._into)
        while (last[last] != last).any():
            last = last[last]
        _, first, numbers = np.unique(last[: self._pieces], return_index=True, return_inverse=True)
        found: np.ndarray = np.argsort(np.argsort(first))[numbers]
        return found

    def _unite(self, one: int, other: int) -> None:
        self._left -= 1
        new, share = len(self._into), self._areas[other] / (self._areas[one] + self._areas[other])
        self._means.append((1 - share) * self._means[one] + share * self._means[other])
        self._areas.append(self._areas[one] + self._areas[other])
        near = (self._neighbours[one] | self._neighbours[other]) - {one, other}
        self._neighbours.append(near)
        self._into.append(new)
        self._into[one] = self._into[other] = new
        for neighbour in near:
            self._neighbours[neighbour] -= {one, other}
            self._neighbours[neighbour].add(new)
            heappush(self._costs, self._cost(neighbour, new))

    def _cost(self, one: int, other: int) -> tuple[bool, float, int, int]:
        a, b = self._areas[one], self._areas[other]
        difference = self._means[one] - self._means[other]
        return min(a, b) >= self._smallest, a * b / (a + b) * float(difference @ difference), one, other
