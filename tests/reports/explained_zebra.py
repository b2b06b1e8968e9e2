"""A report with every section, of a small picture whose names try to break out of it."""

from dataclasses import replace

import numpy as np

import limetheory as lt
from limetheory.explaining.budget import Masks
from limetheory.explaining.question import InputQuestion
from limetheory.explaining.repeat import document
from limetheory.explaining.source import Source
from limetheory.explaining.stored_repeat import stored_repeatable
from limetheory.images.segmentation.given_map import GivenMap
from limetheory.reports import Report, ReportedChange, ReportedEdit, ReportedRegion

LABELS = np.arange(12 * 16).reshape(12, 16) // 48 * 2 + (np.arange(16) >= 8)
IMAGE = np.random.default_rng(0).random((12, 16, 3))
NAMES = ["<script>alert(1)</script>", "a\u202eb", "c\x1b[31m\n", "斑马", "ж", "🦓", "&amp;", "x" * 500]
HOSTILE = "a<b>&\"'\u202e\x00.png"
SHOWN = "a<b>&\"'\\u202e\\x00.png"


def explained(**options):
    """Eight superpixels with hostile names."""

    def mean(images):
        return np.tanh(images.mean(axis=(1, 2, 3)) + images[:, 2, 3, 0] * images[:, 9, 9, 1])

    found = lt.explain_image(mean, IMAGE, segments=LABELS, n=40, rng=0, **options)
    return replace(found, names=NAMES)


def report_of(found, **more):
    """A report with its document."""
    record = {
        "image": HOSTILE, "target_name": "<i>zebra</i>", "model": "m\u202e", "output": "probabilities", "level": 0.9,
        "coefficients": found.coefficients.tolist(), "superpixels": found.d, "warnings": ["careful <p>"],
        "versions": {"numpy": "9.9.9"},
    }  # fmt: skip
    question = InputQuestion(budget=Masks(40), seed=7)
    repeat = stored_repeatable("image", Source.of_bytes(HOSTILE, b"abc"), "m", question, 16)
    repeat["label_maps"] = [GivenMap(found.segments, found.names).record]
    return Report(found=found, document=document([record], repeat, several=False), **more)


def everything(found):
    """A report with regions, edits and what they change."""
    return report_of(
        found, photo=np.random.default_rng(1).random((30, 60, 3)),
        regions=[ReportedRegion(name="<r1>", superpixels=3, share=0.25, coefficient=0.5, interval=(0.4, 0.6)),
                 ReportedRegion(name="r2", superpixels=5, share=0.75)],
        edits=[ReportedEdit(name="rotate", region="<r1>", parameters={"angle": 30.5, "fill": "<mean>"}),
               ReportedEdit(name="blur", on=False)],
        change=ReportedChange(after=IMAGE, predictions=[("<zebra>", 0.75, 0.5)], difference=found),
    )  # fmt: skip
