"""Edits of regions of a photograph: a table of them by name, and ordered lists that can be switched and saved.

| place | idea |
|---|---|
| table.py | `EDITS`: the edits by name, each in a module of its name |
| parameters.py | what a parameter may be, read from the annotations of an edit's function |
| edit.py, edits.py, edited_photo.py | one edit, an ordered list of them, the photograph that they make |
| saved.py | lists as JSON |
| within.py, smoothing.py | other colours in a region |
| placement.py, interpolation.py, filling.py, diffusion.py | a region laid down elsewhere, and the hole that it leaves |
| opacity.py | boxes, centres and soft edges of regions |
"""
