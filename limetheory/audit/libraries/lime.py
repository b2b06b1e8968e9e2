"""lime: `LimeImageExplainer`, `LimeTextExplainer` and `LimeTabularExplainer`, with their defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("lime", "scikit-learn", "scikit-image")


def image(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """A picture with one column for each superpixel, hidden by black."""
    from lime.lime_image import LimeImageExplainer

    levels = 0.2 + 0.6 * np.arange(1, d + 1) / d if options["content"] == "uneven" else np.full(d, 0.5)
    labels = {"from 0": np.arange(d), "from 1": np.arange(1, d + 1), "gaps": 3 * np.arange(d)}[options["labels"]]
    shown = np.repeat(np.repeat(levels[None, :, None], 2, axis=0), 3, axis=2)

    def classifier(pictures: Any) -> Any:
        values = F(np.asarray(pictures)[:, 0, :, 0] > 0)
        return np.stack([values, -values], axis=1)

    explained = LimeImageExplainer(random_state=seed).explain_instance(
        shown, classifier, labels=(0,), top_labels=None, hide_color=0, num_samples=n, random_seed=seed,
        num_features=options["keep"] or 100_000, batch_size=options["batch_size"] or 10,
        segmentation_fn=lambda _: np.repeat(labels[None], 2, axis=0),
    )  # fmt: skip
    return _placed(explained.local_exp[0], labels.tolist())


def text(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """A text of d different words."""
    from lime.lime_text import LimeTextExplainer

    words = [f"word{j}" for j in range(d)]

    def classifier(texts: Any) -> Any:
        values = F(np.array([[word in one.split() for word in words] for one in texts]))
        return np.stack([values, -values], axis=1)

    explained = LimeTextExplainer(random_state=seed, class_names=["a", "b"]).explain_instance(
        " ".join(words), classifier, labels=(0,), num_samples=n, num_features=options["keep"] or max(d, 10)
    )
    indexed = explained.domain_mapper.indexed_string
    place = {indexed.word(index): index for index in range(d)}
    return _placed(explained.local_exp[0], [place[word] for word in words])


def tabular(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """A row of binary categories, each of which half of the training data has."""
    from lime.lime_tabular import LimeTabularExplainer

    training = np.stack([np.zeros(d), np.ones(d)]).repeat(2, axis=0)
    explained = LimeTabularExplainer(
        training, mode="regression", categorical_features=list(range(d)), random_state=seed
    ).explain_instance(
        np.ones(d), lambda rows: F(rows > 0.5), num_samples=n, num_features=options["keep"] or max(d, 10)
    )
    return _placed(explained.local_exp[1], list(range(d)))


def _placed(pairs: Any, labels: list[int]) -> Any:
    """The coefficients of (label, coefficient) pairs in the order of the labels, 0 for those that are left out."""
    found = dict(pairs)
    if not set(found) <= set(labels):
        raise ValueError(f"it names parts {sorted(set(map(int, found)) - set(labels))}, which the input does not have")
    return np.array([found.get(label, 0.0) for label in labels])


SUBJECTS = {"image": image, "text": text, "tabular": tabular}
