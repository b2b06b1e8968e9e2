"""prop:one-ranking: with real kernels RISE, PDA and least squares order the superpixels of a leaf alike."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise

from flint import arb

from proofs_check.balls.certificate import Certificate, certify
from proofs_check.balls.grid import RANGE, laws, those
from proofs_check.balls.laws import Law
from proofs_check.balls.leaves import Shape, coefficients, right_hand_sides, shapes
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import narrow, narrow_against

Means = Callable[[Moments, Shape], list[arb]]


def shown(m: Moments, shape: Shape) -> list[arb]:
    """E_μ[g | z_j = 1] of a leaf for j in each group, the limit of RISE."""
    return [value / m.alpha(1) for value in right_hand_sides(m, shape)[1:]]


def hidden(m: Moments, shape: Shape) -> list[arb]:
    """E_μ[g | z_j = 0], by the masks without j, F(1) minus which is the limit of PDA."""
    on, off, d = shape.on, shape.off, m.d
    further = m.alpha(on, off + 1) if on + off < d else arb(0)
    values = {"on": arb(0), "off": m.alpha(on, off), "other": further}
    return [values[name] / m.alpha(0, 1) for name, _ in shape.groups(d)]


def differ_alike(on: Means = shown, off: Means = hidden) -> str:
    """(β_i − β_j) Δ = (RISE_i − RISE_j) α_1 = (PDA_i − PDA_j) α_{0,1}, for all pairs of groups."""
    pairs = 0
    for law in laws():
        for shape in shapes(law.d):
            left = narrow_against(lambda law=law, shape=shape: _contrasts(moments(law), shape, on, off))
            certify(all(ball.contains(0) for ball in left), f"differences of {shape} under {law}", left)
            pairs += len(left) // 2
    return f"{pairs} pairs of superpixels"


def _contrasts(m: Moments, shape: Shape, on: Means, off: Means) -> list[tuple[arb, arb]]:
    """What RISE and PDA are off, with the largest of the coefficients that are compared."""
    fits = [beta * m.delta() for beta in coefficients(m, shape)]
    rises = [value * m.alpha(1) for value in on(m, shape)]
    drops = [-value * m.alpha(0, 1) for value in off(m, shape)]
    found = []
    for i, j in combinations(range(len(fits)), 2):
        size = abs(fits[i]) + abs(fits[j])
        found += [(fits[i] - fits[j] - (others[i] - others[j]), size) for others in (rises, drops)]
    return found or [(arb(0), arb(1))]


def orders(on: Means = shown, off: Means = hidden) -> str:
    """Of a leaf the on superpixels are above those that do not matter, and these above the off ones, by all three."""
    cases = 0
    for law in laws():
        for shape in shapes(law.d):
            vectors = _vectors(law, shape, on, off)
            certify(all(map(_falls, vectors)), f"order of {shape} under {law}", vectors)
            cases += 1
    return f"{cases} leaves and designs"


def _vectors(law: Law, shape: Shape, on: Means, off: Means) -> list[list[arb]]:
    """β, RISE and −E[g | z_j = 0] of the groups on, other, off, as far as there are any."""
    names = [name for name, _ in shape.groups(law.d)]
    places = [names.index(name) for name in ("on", "other", "off") if name in names]

    def computed() -> list[arb]:
        m = moments(law)
        vectors = (coefficients(m, shape), on(m, shape), [-x for x in off(m, shape)])
        return [vector[i] - vector[j] for vector in vectors for i, j in pairwise(places)]

    steps = narrow(computed) if len(places) > 1 else []
    number = len(places) - 1
    return [steps[i * number : (i + 1) * number] for i in range(3)]


def _falls(steps: list[arb]) -> bool:
    return all(bool(step > 0) for step in steps)


def bernoulli(share: Callable[[arb], arb] = lambda p: 1 - p) -> str:
    """RISE_j = E g + (1 − p) Δ_j and E[g | z_j = 0] = E g − p Δ_j of leaves under Bernoulli masks."""
    chosen = those(laws(), lambda law: law.design == "Bernoulli")
    for law in chosen:
        for shape in shapes(law.d):
            left = narrow_against(lambda law=law, shape=shape: _affine(moments(law), shape, share))
            certify(all(ball.contains(0) for ball in left), f"means of {shape} under {law}", left)
    return f"{len(chosen)} designs, up to 5 leaves"


def _affine(m: Moments, shape: Shape, share: Callable[[arb], arb]) -> list[tuple[arb, arb]]:
    mean, p = right_hand_sides(m, shape)[0] / m.alpha(0), arb(m.law.parameter)
    found = []
    for on, off in zip(shown(m, shape), hidden(m, shape), strict=True):
        size = abs(on) + abs(off) + mean
        found += [(mean + share(p) * (on - off) - on, size), (mean - (1 - share(p)) * (on - off) - off, size)]
    return found


CERTIFICATES = (
    Certificate("(β_i − β_j) Δ, the same of RISE and of PDA, for leaves", RANGE, differ_alike),
    Certificate("β, RISE and PDA order a leaf's superpixels alike", RANGE, orders),
    Certificate("RISE_j = E F + (1 − p) Δ_j, for leaves", "Bernoulli(p), p = 0.01…0.9, d = 2…10,000", bernoulli),
)
