"""ferret: `LIMEExplainer`, which wraps lime's explainer of texts for the tokens of a transformer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

PACKAGES = ("ferret-xai", "lime", "transformers", "torch", "scikit-learn")
_FIRST, _LAST, _MASK, _WORDS = 1, 2, 3, 10  # ids of the special tokens, and of the first word


class Helper:
    """In place of a transformer: its text is a row of ids, its probability of class 1 is the set function."""

    def __init__(self, F: Any, d: int):
        self.function, self.d = F, d
        self.tokenizer = SimpleNamespace(mask_token_id=_MASK, batch_decode=self.texts)

    def get_tokens(self, text: str) -> list[str]:
        """The tokens of a text, of which ferret keeps the names."""
        return text.split()

    def texts(self, rows: Any) -> list[str]:
        """Rows of ids as texts."""
        return [" ".join(map(str, row)) for row in rows]

    def _tokenize(self, text: str, **options: Any) -> Any:
        import torch

        ids = [_FIRST, *range(_WORDS, _WORDS + self.d), _LAST]
        special = [1] + [0] * self.d + [1]
        return {"input_ids": torch.tensor([ids]), "special_tokens_mask": torch.tensor([special])}

    def _forward(self, texts: Any, **options: Any) -> Any:
        import torch

        shown = np.array([[str(_WORDS + j) in text.split() for j in range(self.d)] for text in texts])
        chance = np.clip(self.function(shown), 1e-15, 1 - 1e-15)
        return None, torch.tensor(np.log(np.stack([1 - chance, chance], axis=1)))


def lime(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`LIMEExplainer` of a text of d tokens between two special tokens."""
    from ferret.explainers.lime import LIMEExplainer

    explainer = LIMEExplainer(None, None)
    explainer.helper = Helper(F, d)
    explained = explainer.compute_feature_importance(
        " ".join(map(str, range(_WORDS, _WORDS + d))), target=1, init_args={"random_state": seed},
        call_args={"num_samples": n},
    )  # fmt: skip
    return explained.scores[1:-1]


SUBJECTS = {"LIME": lime}
