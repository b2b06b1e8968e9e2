"""How large the experiments are: the full size, and a small one that runs in seconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Sizes of all parts.

    Attributes:
        masks: N of LIME on words; a tenth of them for the estimators beside it.
        named: K, words or superpixels of an explanation.
        seeds: divisions of a corpus, and networks, that are measured: 0, 1, …
        documents: test documents explained in section 5.2, for each seed.
        trusted: test documents explained in section 5.3.
        trees: of the forest in section 5.3.
        rounds: draws of untrustworthy words in section 5.3.
        pairs: pairs of forests in section 5.4; with ten all parts together take less than 90 minutes on two cores.
        adjusted_every: of so many pairs the last is explained by `adjusted` and a tenth of the masks, too.
        pool: documents to choose from in section 5.4, explained for both forests.
        transformer_training: training documents of the transformer's head in section 5.3; its accuracy is that on a
            quarter as many others.
        transformer_documents: test documents that are explained for the transformer.
        transformer_masks: N of LIME on the transformer, which is slow; a tenth of them as above.
        transformer_words: of a document that is explained for the transformer, at most; a long one takes several times
            as long.
        image_masks: N of LIME on superpixels.
        image_models: models of each kind for each photograph, and digits explained for each network.
    """

    masks: int = 15_000
    named: int = 10
    seeds: int = 5
    documents: int = 100
    trusted: int = 80
    trees: int = 1_000
    rounds: int = 100
    pairs: int = 10
    adjusted_every: int = 5
    pool: int = 100
    transformer_training: int = 800
    transformer_documents: int = 15
    transformer_masks: int = 1_000
    transformer_words: int = 50
    image_masks: int = 1_000
    image_models: int = 20

    def of(self, *names: str) -> dict[str, Any]:
        """Some of them by name, for a row."""
        return {name: value for name, value in asdict(self).items() if name in names}


FULL = Settings()
SMOKE = Settings(
    masks=300, seeds=1, documents=3, trusted=3, trees=5, rounds=5, pairs=1, adjusted_every=1, pool=4,
    transformer_training=12, transformer_documents=1, transformer_masks=60, transformer_words=25,
    image_masks=200, image_models=2,
)  # fmt: skip
