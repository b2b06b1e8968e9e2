"""Made-up reviews, for whoever has no corpus: words drawn by a seeded generator from a vocabulary that is known.

A review has 20 to 120 distinct words of a vocabulary of 2,000. Word i has the frequency 1 / (i + 10), as in Zipf's law.
Of the words, every eighth is an opinion: three times as frequent in reviews of its own side as in those of the other.
The words are `good17`, `bad25` and `word3`, so that nothing is mistaken for language.
"""

from __future__ import annotations

import numpy as np

WORDS, EVERY, TIMES = 2_000, 8, 3.0
SHORTEST, LONGEST = 20, 120


def vocabulary() -> list[str]:
    """The words: `good…` for opinions of class 1, `bad…` for those of class 0, and `word…`.

    >>> vocabulary()[6:17:9], sum(word.startswith("good") for word in vocabulary())
    (['word6', 'bad15'], 125)
    """
    kinds = {EVERY - 1: "good", 2 * EVERY - 1: "bad"}
    return [f"{kinds.get(i % (2 * EVERY), 'word')}{i}" for i in range(WORDS)]


def made_up(number: int, seed: int = 0) -> tuple[list[str], list[int]]:
    """Reviews and their classes, half of them positive.

    Args:
        number: how many.
        seed: of the generator.
    """
    rng, words = np.random.default_rng(seed), np.array(vocabulary())
    frequency = 1.0 / (np.arange(WORDS) + 10)
    sides = [np.char.startswith(words, side) for side in ("bad", "good")]
    labels = (np.arange(number) % 2).tolist()
    return [_review(rng, words, frequency * np.where(sides[label], TIMES, 1.0)) for label in labels], labels


def _review(rng: np.random.Generator, words: np.ndarray, frequency: np.ndarray) -> str:
    size = int(rng.integers(SHORTEST, LONGEST + 1))
    return " ".join(rng.choice(words, size, replace=False, p=frequency / frequency.sum()))
