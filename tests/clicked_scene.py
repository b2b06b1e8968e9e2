"""What every predictor of regions must answer to clicks, whatever its regions are made of."""

import numpy as np
from photographs import overlap, scene


def are_answered(predictor, width, height):
    """Whether three clicks of an image lie inside all of their masks, whose scores are in [0, 1]."""
    for x, y in {(0, 0), (width - 1, height - 1), (width // 2, height // 3)}:
        masks, scores, _ = predictor.predict(np.array([[x, y]]), np.array([1]))
        if not (masks[:, y, x].all() and ((scores >= 0) & (scores <= 1)).all()):
            return False
    return True


def second_clicks_add_and_subtract(predictor):
    """Whether clicks labelled 1 are inside of all masks of the scene, those labelled 0 outside."""
    _, (disc, square, bar) = scene()
    less, _, _ = predictor.predict(np.array([[50, 60], [50, 30]]), np.array([1, 0]))
    more, _, _ = predictor.predict(np.array([[50, 30], [125, 60], [5, 5]]), np.array([1, 1, 0]))
    inside = less[:, 60, 50].all() and more[:, 30, 50].all() and more[:, 60, 125].all()
    outside = not less[:, 30, 50].any() and not more[:, 5, 5].any()
    return inside and outside and max(overlap(mask, disc | square | bar) for mask in more) > 0.85
