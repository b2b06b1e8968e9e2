"""What reads files of anyone: whole files to damage, and the reader of each kind."""

import io
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

import limetheory as lt
from limetheory.explaining.pilot import read_pilot
from limetheory.explaining.repeat import read_document
from limetheory.images.generators import mask_files
from limetheory.images.regions import uploads
from limetheory.images.segmentation.label_files import read_label_map

PILOT = {
    "coefficients": [0.1, 0.2], "standard_errors": [0.01, 0.02], "n_evaluations": 60, "bandwidth": 0.25,
    "intercept": 0.5, "method": "wls", "ridge": 0.0, "levels": [{"masks": 60}], "format": "limetheory explain",
    "schema": 1, "repeat": {"kind": "image"},
}  # fmt: skip
LABELS = np.arange(48).reshape(6, 8) // 12
MASKS = np.stack([LABELS == label for label in range(4)])
EXPECTED = (ValueError, TypeError, OSError)
"""What a reader raises of a file that it does not take; the command line prints it in one line."""


def picture(kind):
    file = io.BytesIO()
    Image.fromarray((LABELS * 60).astype(np.uint8)).save(file, kind)
    return file.getvalue()


def array(values):
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def saved(name, write):
    with TemporaryDirectory() as folder:
        write(Path(folder) / name)
        return (Path(folder) / name).read_bytes()


@cache
def whole_files():
    """By name: the ending, the bytes, and what reads a file of them."""
    text = json.dumps(PILOT).encode()
    kept = lt.Explanation(np.array([0.5, 0.1]), 0.1, np.array([0.1, 0.2]), 100)
    masks = {kind: saved(f"m.{kind}", lambda file: mask_files.write_masks(file, MASKS)) for kind in ("json", "npz")}
    return {
        "masks, json": (".json", masks["json"], mask_files.read_masks),
        "masks, npz": (".npz", masks["npz"], mask_files.read_masks),
        "mask, png": (".png", picture("PNG"), mask_files.read_masks),
        "label map, png": (".png", picture("PNG"), read_label_map),
        "label map, npy": (".npy", array(LABELS), read_label_map),
        "regions, png": (".png", picture("PNG"), lambda file: uploads.read_masks(file, LABELS.shape)),
        "regions, npy": (".npy", array(LABELS), lambda file: uploads.read_masks(file, LABELS.shape)),
        "pilot": (".json", text, read_pilot),
        "answer": (".json", text, read_document),
        "kept answer": (".npz", saved("a.npz", kept.save), lt.load_explanation),
        "photograph, png": (".png", picture("PNG"), lt.load_image),
        "photograph, jpeg": (".jpg", picture("JPEG"), lt.load_image),
        "photograph, gif": (".gif", picture("GIF"), lt.load_image),
        "photograph, tiff": (".tif", picture("TIFF"), lt.load_image),
    }


def refusal(reader, path):
    """None of a file that is taken, else the words of the refusal; another error goes on to the test."""
    try:
        reader(path)
    except EXPECTED as error:
        return str(error)
    return None
