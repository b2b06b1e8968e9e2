"""RISE: an image under coarse random masks, upsampled and shifted, and the mean output that each pixel is shown with.

| module | idea |
|---|---|
| masks.py | the law of the masks: `rise_masks` |
| masked.py | an image under them, which `ModelFunction` evaluates |
| moments.py | sums over masks at every pixel, without a mask of the image's size |
| maps.py | the maps and their standard errors |
| freedom.py | how many masks a variance rests on |
| spread.py | the largest error over all pixels |
| explain.py | `rise_map` |
"""
