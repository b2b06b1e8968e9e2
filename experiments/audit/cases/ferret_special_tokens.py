"""ferret: the special tokens of a text are hidden together with its own, which changes the coefficients of its own.

A text of two tokens, which raise the probability if both are shown. ferret's `LIMEExplainer` explains four tokens, the
first and the last of which are special, and then writes 0 for these two.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from ferret.explainers.lime import LIMEExplainer
from lime.lime_text import LimeTextExplainer


def probability(texts: Any) -> Any:
    """0.9 where both tokens, 10 and 11, are shown, else 0.5."""
    both = np.array([{"10", "11"} <= set(text.split()) for text in texts])
    chance = np.where(both, 0.9, 0.5)
    return np.stack([1 - chance, chance], axis=1)


class Helper:
    """In place of a transformer with its tokenizer."""

    tokenizer = SimpleNamespace(mask_token_id=3, batch_decode=lambda rows: [" ".join(map(str, row)) for row in rows])

    def _tokenize(self, text: str, **options: Any) -> Any:
        return {"input_ids": torch.tensor([[1, 10, 11, 2]]), "special_tokens_mask": torch.tensor([[1, 0, 0, 1]])}

    def _forward(self, texts: Any, **options: Any) -> Any:
        return None, torch.tensor(np.log(probability(texts)))

    def get_tokens(self, text: str) -> list[str]:
        """The tokens."""
        return text.split()


explainer = LIMEExplainer(None, None)
explainer.helper = Helper()
found = explainer.compute_feature_importance(
    "10 11", 1, init_args={"random_state": 0}, call_args={"num_samples": 5000}
).scores
own = LimeTextExplainer(bow=False, random_state=0).explain_instance("10 11", probability, labels=[1], num_samples=5000)
print("expected: what lime says of the two tokens,", [round(value, 4) for _, value in sorted(own.local_exp[1])])
print("found:   ", found[1:-1].round(4).tolist())
