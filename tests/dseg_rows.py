"""Settings of a small run of the experiment dseg, and what a job hands to its store."""

from experiments.dseg.settings import Settings

SMALL = Settings(segmenters=("higra", "slic", "grid"), segments=(6, 12), side=96).small()


def row_of(picture, numbers, settings=SMALL):
    """What a job on a photograph hands to the store."""
    return {"network": "toy", "photograph": picture, "digest": settings.digest(), "settings": settings.record(),
            "rows": numbers}  # fmt: skip
