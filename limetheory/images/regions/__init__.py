"""Regions of a photograph that a person draws, clicks or uploads, as a partition into superpixels.

| place | idea |
|---|---|
| region.py, names.py, regions.py | a region, its name, and all of them in order: `Region`, `Regions` |
| drawn.py | masks that are drawn: `polygon_mask`, `rectangle_mask`, `brush_mask` |
| uploads.py, label_files.py | masks from files: `read_masks` |
| objects.py | the object under a click, at three scales: `objects_at` |
| partition.py, cut.py, pieces.py, ward.py | each region cut into its own number of superpixels: `Partition` |
| splitting.py, shares.py | a region as several, and numbers by area |
| sums.py | the coefficient of a region beside the sum of its parts: `region_sums` |
| history.py, record.py | undo and redo, `History`, and regions as JSON |
"""

from limetheory.images.regions.drawn import brush_mask, polygon_mask, rectangle_mask
from limetheory.images.regions.history import History
from limetheory.images.regions.objects import PREDICTORS, Objects, Predictor, objects_at
from limetheory.images.regions.partition import Partition
from limetheory.images.regions.region import Region
from limetheory.images.regions.regions import Regions
from limetheory.images.regions.sums import RegionSums, region_sums
from limetheory.images.regions.uploads import read_masks

__all__ = [
    "PREDICTORS",
    "History",
    "Objects",
    "Partition",
    "Predictor",
    "Region",
    "RegionSums",
    "Regions",
    "brush_mask",
    "objects_at",
    "polygon_mask",
    "read_masks",
    "rectangle_mask",
    "region_sums",
]
