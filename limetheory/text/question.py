"""What is asked of a model about a text, and its answer, for the command line and every other front end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from limetheory.arguments import choice
from limetheory.designs import BernoulliDesign, Design, TextDesign
from limetheory.explaining.budget import Budget, Masks
from limetheory.explaining.finished import Finished, finished
from limetheory.explaining.question import InputQuestion
from limetheory.explaining.record import recorded_answer
from limetheory.text.explain import FIXED_N, explain_text
from limetheory.text.explanation import TextExplanation
from limetheory.text.masked import REMOVE
from limetheory.text.tokens import TOKENS


@dataclass(frozen=True, kw_only=True)
class TextQuestion(InputQuestion):
    """One question about a text.

    Attributes:
        tokens: "words" or "characters".
        missing: "remove", or the string that takes the place of a hidden token.
        bandwidth: ν in (0, ∞] of the text design.

    Raises:
        ValueError, TypeError: in one line.

    >>> TextQuestion(tokens="characters").budget.n
    5000
    """

    tokens: str = "words"
    missing: str = REMOVE
    bandwidth: float = 0.25
    budget: Budget = field(default_factory=lambda: Masks(n=FIXED_N))

    def __post_init__(self) -> None:
        super().__post_init__()
        choice("tokens", self.tokens, tuple(TOKENS))
        TextDesign(1, self.bandwidth)

    def design(self, d: int) -> Design:
        """The design of a text of d tokens, as `explain_text` takes it."""
        return TextDesign(d, self.bandwidth) if d > 1 else BernoulliDesign(d)

    def answered(self, predict: Any, text: str) -> list[Finished[TextExplanation]]:
        """Explain a model at a text, each class that is asked about; after Ctrl-C with the masks until then.

        Args:
            predict: see `explain_text`.
            text: the text.

        Raises:
            ValueError, TypeError: what only the text or the model can tell does not work, in one line.
            KeyboardInterrupt: on Ctrl-C before there were masks enough.
        """
        return finished(lambda: self.explained(predict, text, self.seed), self)

    def explained(self, predict: Any, text: str, seed: int) -> Any:
        """The explanation with a seed of its own; of several classes a list."""
        return explain_text(
            predict, text, target=self.target, tokens=self.tokens, missing=self.missing, design=self.design,
            rng=seed, batch_size=self.batch_size, **vars(self.budget),
        )  # fmt: skip


def recorded(
    name: str, model: str, question: TextQuestion, answer: Finished[TextExplanation], warnings: list[str]
) -> dict[str, Any]:
    """Every number of the answer and of the question, as JSON takes them.

    Args:
        name: of the file of the text.
        model: its name.
        question, answer: what was asked, and what it answered.
        warnings: what was said meanwhile.
    """
    found = answer.explanation
    asked = {"text": name, "model": model, "missing": question.missing}
    return {
        **asked,
        **recorded_answer(question, answer, warnings),
        "target_name": found.target_name,
        "tokens": found.tokens,
    }
