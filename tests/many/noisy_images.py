"""What explains an image with a random replacement, for processes that are started anew."""

import numpy as np

import limetheory as lt


def bright(images):
    return (images[:, :4, :4].mean(axis=(1, 2, 3)) * images[:, 4:].mean(axis=(1, 2, 3))) ** 2


def explained(number, seed):
    image = np.random.default_rng(number).random((8, 9, 3))
    return lt.explain_image(bright, image, segments="grid", replacement="noise", n=120, rng=seed, batch_size=7 + number)
