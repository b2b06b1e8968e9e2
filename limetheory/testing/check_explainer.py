"""`check_explainer`: the whole battery for an explainer, one case for each property."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from limetheory.arguments import flag, integer, real
from limetheory.designs import Design
from limetheory.explaining.explained import chosen_design, refuse_design
from limetheory.given import given
from limetheory.testing.checks import CHECKS, D, Subject
from limetheory.testing.converges import N
from limetheory.testing.error_rates import FALSE_ALARM, POWER, rate
from limetheory.testing.kinds import KINDS
from limetheory.testing.kinds.kind import Kind
from limetheory.testing.runs import Explain, explainer


class Check:
    """One property of an explainer: calling it raises an AssertionError where the explainer does not have it.

    Attributes:
        name: such as "converges[leaf, 6 parts]".
    """

    def __init__(self, name: str, check: Callable[[], None]):
        self.name = self.__name__ = name  # pytest calls a case by __name__
        self._check = check

    def __call__(self) -> None:
        """Check the property."""
        self._check()

    def __repr__(self) -> str:
        return f"<check {self.name}>"


def check_explainer(
    explain: Explain, kind: str | Kind = "image", *, design: Any = None, n: int = N, ridge: float = 0.0,
    intervals: bool | None = None, unbiased: bool = False, false_alarm: float = FALSE_ALARM, power: float = POWER,
    seed: int = 0,
) -> list[Check]:  # fmt: skip
    """The checks of an explainer, each of which is called without arguments; with pytest it takes three lines::

        @pytest.mark.parametrize("check", check_explainer(my_explainer, kind="image"))
        def test_my_explainer(check):
            check()

    | kind | form of an explainer | coefficients |
    |---|---|---|
    | image | ``explain(predict, image, segments, n, rng)`` | one for each label of ``segments``, in their order |
    | text | ``explain(predict, text, n, rng)`` | one for each distinct word, in the order of appearance |
    | tabular | ``explain(predict, row, training_data, n, rng)`` | one for each column |
    | function | ``explain(F, n, rng)`` | one for each part |

    ``predict`` returns (b, 2) scores, of which class 0 is explained: for images (b, h, w, 3) in [0, 1], a list of b
    texts, or rows (b, d). n is the number of masks, and rng a numpy.random.Generator; ``rng.integers(2**31)`` makes a
    seed of it. The answer is d coefficients, or an object with ``.coefficients``, and ``.interval(level)`` → (d, 2) if
    it has intervals. `limetheory.testing.KINDS` says more of the inputs, `limetheory.testing.CHECKS` has the checks.

    Args:
        explain: of the kind's form.
        kind: "image", "text", "tabular" or "function".
        design: the design that it claims: d → design, such as ``ImageDesign``; None is lime's for the kind.
        n: masks of each run. The more, the smaller are the mistakes that are found.
        ridge: the penalty that it claims, on the sum over n masks; 1 is lime's and scikit-learn's default.
        intervals: whether intervals are claimed; None checks those of answers that have them.
        unbiased: whether it claims to be unbiased at every n.
        false_alarm: the largest probability with which each check fails for a right explainer.
        power: the probability with which it fails for a discrepancy of 1.5 standard deviations of a run.
        seed: of all checks, an int: the same explainer always has the same result.

    >>> import limetheory as lt
    >>> def explain(F, n, rng):
    ...     return lt.estimate(F, lt.ImageDesign(F.d), n, rng)
    >>> checks = check_explainer(explain, kind="function", n=200)
    >>> checks[0]
    <check answers>
    >>> checks[0]()
    """
    chosen = KINDS.chosen(kind, "kind")
    subject = Subject(
        explainer(explain), chosen, _claimed(design, chosen), integer("n", n, 1), real("ridge", ridge, at_least=0),
        None if intervals is None else flag("intervals", intervals), flag("unbiased", unbiased),
        rate("false_alarm", false_alarm), rate("power", power), integer("seed", seed, 0),
    )  # fmt: skip
    return [
        Check(f"{name}[{words}]" if words else name, case)
        for name, row in CHECKS.items()
        for words, case in row.cases(subject)
    ]


def _claimed(design: Any, kind: Kind) -> Callable[[int], Design]:
    """The design for each d."""
    if design is not None and (isinstance(design, Design) or not callable(design)):
        raise TypeError(f"design must be a function of d such as ImageDesign, got {given(design)}; give lambda d: …")
    refuse_design(design)

    def of(d: int) -> Design:
        return chosen_design(design, d, kind.design, "parts")

    of(D)
    return of
