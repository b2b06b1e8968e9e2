"""How large the study is: the full size, and a small one that runs in seconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Sizes of all parts.

    Attributes:
        masks: N of LIME, that of the study.
        repetitions: runs of LIME that are averaged, those of the study.
        digits: test images of the small networks.
        photographs: of each network; `RUN_ONCE` names those that have one run of LIME on each.
        variant_digits: images whose other replacements and segmentations are measured for small networks.
        variant_every: of so many photographs one is measured with them; 0 is none.
        epochs: of training.
        seeds: of trained networks: 0, 1, …
        tables: of each number of superpixels in experiments/tables; None is all.
        convergence: repetitions for the error of estimates.
    """

    masks: int = 1_000
    repetitions: int = 5
    digits: int = 40
    photographs: int = 40
    variant_digits: int = 20
    variant_every: int = 5
    epochs: int = 15
    seeds: int = 1
    tables: int | None = None
    convergence: int = 200

    def of(self, *names: str) -> dict[str, Any]:
        """Some of them by name, for a row."""
        return {name: value for name, value in asdict(self).items() if name in names}

    def runs(self, network: str) -> int:
        """Runs of LIME for one network on each photograph."""
        return 1 if network in RUN_ONCE else self.repetitions

    def has_variants(self, number: int) -> bool:
        """Whether a photograph is measured with other replacements and superpixels, by its number."""
        return self.variant_every > 0 and number % self.variant_every == 1


RUN_ONCE = ("efficientnet_lite1", "efficientnet_lite2")
"""Networks whose evaluations take 1.6 and 3.3 times as long as the first one's, so that LIME runs once."""

FULL = Settings()
SMOKE = Settings(
    masks=120, repetitions=2, digits=1, photographs=1, variant_digits=1, variant_every=0, epochs=1, tables=1,
    convergence=3,
)  # fmt: skip
