"""`explain_image` of tree models and kernel machines: grey images, and colours where these were fitted."""

from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

import limetheory as lt

LABELS = np.arange(64).reshape(8, 8) // 16
GREY = load_digits().data[3].reshape(8, 8) / 16


@cache
def models():
    x, y = load_digits(return_X_y=True)
    x, y = x[:300] / 16, y[:300]
    forest, machine = RandomForestClassifier(5, random_state=0).fit(x, y), SVR().fit(x, y)
    scaled = make_pipeline(StandardScaler(), RandomForestClassifier(5, random_state=0)).fit(x, y)
    return {
        "trees": lt.TreeModel(forest, 3), "kernels": lt.KernelMachine(machine),
        "bumps": lt.KernelMachine(machine).expansion, "pipeline": lt.TreeModel(scaled, 3),
    }  # fmt: skip


@pytest.mark.parametrize("image", [GREY, (255 * GREY).astype(np.uint8), GREY[..., None], lt.as_image(GREY)],
                         ids=["float", "uint8", "one channel", "three channels"])  # fmt: skip
@pytest.mark.parametrize("name", ["trees", "kernels", "bumps", "pipeline"])
def test_grey_images_are_explained(name, image):
    model = models()[name]
    # every mask is drawn: least squares on the whole table is the limit of an unweighted design
    sampled = lt.explain_image(model, image, segments=LABELS, design=lt.BernoulliDesign(4), n=4000, rng=0)
    masked = lt.MaskedImage(image, LABELS)
    exact = lt.limit(lt.set_function(model, masked), lt.BernoulliDesign(4))
    assert np.abs(sampled.coefficients - exact.coefficients).max() < 6 * sampled.standard_errors.max() + 1e-12
    assert sampled.heatmap().shape == (8, 8) and np.abs(exact.coefficients).max() > 0.01
    values = [float(model(masked.compose(mask[None]))[0]) for mask in lt.all_masks(4)]
    np.testing.assert_allclose(lt.set_function(model, masked)(lt.all_masks(4)), values, rtol=0, atol=1e-12)


def test_colours_for_a_model_of_grey_images_are_refused_with_a_remedy_that_works():
    colours = np.stack([GREY, GREY / 2, GREY], axis=-1)
    for name, model in models().items():
        with pytest.raises(ValueError, match="must be given grey images, got colours of") as error:
            lt.explain_image(model, colours, segments=LABELS, n=50, rng=0)
        assert "\n" not in str(error.value), name
        assert lt.explain_image(model, colours.mean(axis=2), segments=LABELS, n=50, rng=0).d == 4
