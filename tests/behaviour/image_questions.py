"""Questions about images: explanations, segments, hierarchies, gradients and metrics."""

import numpy as np
from pictures import Convolutional, classifier, nested, picture, quarters, shares
from plain_answers import attributes, plain
from public_names import images, lt, metrics

TWELVE = quarters()
IMAGE = picture()
REPLACEMENTS = {
    "mean": "mean", "blur": "blur", "grey": 0.5, "colour": (0.1, 0.5, 0.9), "image": picture()[::-1].copy(),
}  # fmt: skip
SEGMENTERS = {
    "grid": {"n_segments": 9}, "slic": {"n_segments": 12}, "quickshift": {}, "felzenszwalb": {"scale": 50.0},
    "watershed": {"n_segments": 12},
}  # fmt: skip


def questions():
    """Every question about images by name."""
    return {**segmented(), **replaced(), **called(), **networks(), **hierarchies(), **measured()}


def segmented():
    return {f"segments: {name}": segments_of(name, options) for name, options in SEGMENTERS.items()}


def segments_of(name, options):
    def ask():
        labels = lt.segment(IMAGE, name, **options)
        return {"labels": labels, "areas": np.bincount(labels.ravel()), "compact": images.compact(labels + 3)}

    return ask


def replaced():
    return {f"replacement: {name}": replacement_of(one) for name, one in REPLACEMENTS.items()}


def replacement_of(replacement):
    def ask():
        shown = images.replacement_image(IMAGE, TWELVE, replacement)
        return [shown, explain(replacement=replacement, n=100), mapped(explain(replacement=replacement, n=80, rng=1))]

    return ask


def explain(model=shares, **options):
    return lt.explain_image(model, IMAGE, **{"segments": TWELVE, "rng": 0, "n": 150, **options})


def mapped(found):
    return found.heatmap()


def called():
    return {
        "image: unbiased": lambda: explain(method="unbiased"),
        "image: adjusted": lambda: explain(method="adjusted", n=60),
        "image: quadrature": lambda: explain(method="quadrature", n=60),
        "image: ridge and the original": lambda: explain(ridge=1.0, include_original=True, target=2),
        "image: slic": lambda: explain(segments="slic"),
        "image: bool segments": lambda: explain(segments=TWELVE % 2 == 0, n=4),
        "image: text design": lambda: explain(design=lt.TextDesign, batch_size=7),
        "image: design": lambda: explain(design=lt.ImageDesign(12, 0.5), dtype="float32", target=1),
        "image: one output": lambda: explain(lambda batch: shares(batch)[:, 0]),
        "image: grey": lambda: lt.explain_image(grey, IMAGE[..., 0], segments=TWELVE, n=60, rng=0),
        "image: tolerance": lambda: until(tolerance=0.05),
        "image: tolerance, asymptotic": lambda: until(tolerance=0.01, guarantee="asymptotic", level=0.9),
        "image: tolerance, bounds": lambda: until(tolerance=0.2, bounds=(0, 2), n_max=500),
        "image: masked": masked,
    }


def until(**options):
    return lt.explain_image(shares, IMAGE, segments=TWELVE, rng=3, **options)


def grey(batch):
    return (batch * batch).reshape(len(batch), -1).mean(axis=1)[:, None] * [1.0, 0.5]


def masked():
    one = lt.MaskedImage(IMAGE, TWELVE, "blur")
    F = lt.ModelFunction(shares, one, 0)
    return [one.compose(lt.all_masks(12, 5, 9)), F(lt.all_masks(12, 0, 30)), F.n_evaluations, F.outputs]


def networks():
    return {
        "network: explained": lambda: explain(Convolutional()),
        "network: unbiased, one class": lambda: explain(Convolutional(), method="unbiased", target=2, batch_size=9),
        "network: tolerance": lambda: lt.explain_image(Convolutional(), IMAGE, segments=TWELVE, rng=1, tolerance=0.02),
        "network: classifier": classified,
        "network: two precisions": two_precisions,
        "network: integrated gradients": lambda: gradients(steps=16),
        "network: integrated gradients, blur": lambda: gradients(steps=5, replacement="blur", target=1),
    }


def classified():
    network = classifier()
    image = network.prepare(lt.as_image(IMAGE))
    found = lt.explain_image(network, image, segments="grid", target="cat", n=80, rng=0, ridge=1.0)
    return [image, found, network.class_name(found.target)]


def two_precisions():
    one = lt.MaskedImage(IMAGE, TWELVE)
    cheap, exact = (lt.ModelFunction(model, one, 0) for model in (shares, Convolutional()))
    return lt.two_level(cheap, exact, lt.ImageDesign(12), 120, 40, 0, "unbiased")


def gradients(target=0, **options):
    found = lt.superpixel_integrated_gradients(Convolutional(), IMAGE, TWELVE, target=target, **options)
    return attributes(found, "coefficients", "completeness_gap", "rise")


def hierarchies():
    return {
        "hierarchy: tree": tree,
        "hierarchy: granularity": granularity,
        "hierarchy: explained": lambda: levels(depth=3, top_k=1, n=60, rng=0),
        "hierarchy: tolerance": lambda: levels(depth=2, tolerance=0.1, rng=1),
        "hierarchy: masks found": lambda: images.masks_of(IMAGE, "higra", cache=False).astype(np.int8),
        "hierarchy: found and explained": found_and_explained,
    }


def tree():
    grown = images.containment_tree(nested())
    return [grown.leaves, grown.parent, grown.level, *(grown.partition(depth) for depth in range(1, grown.depth + 1))]


def granularity():
    coarse = images.containment_tree(nested()).at(1)
    fine = coarse.refine([0, 1])
    joined = fine.merge([0, 2])
    return [plain(one.labels) for one in (coarse, fine, joined, fine.coarsen(3))] + [fine.inside(coarse), fine.area]


def levels(**options):
    found = images.explain_hierarchy(shares, IMAGE, images.containment_tree(nested()), **options)
    return [explained_levels(found), gaps(*found[:2])]


def explained_levels(found):
    return [[plain(one.segmentation.labels), plain(one.explanation)] for one in found]


def gaps(coarse, fine):
    told = coarse.consistency(fine)
    reach = coarse.gap_reach(fine)
    return [told.gaps, told.children_sums, told.relative, reach, coarse.same_replacement(fine)]


def found_and_explained():
    grown = images.containment_tree(images.masks_of(IMAGE, "higra", cache=False))
    return explained_levels(images.explain_hierarchy(shares, IMAGE, grown, depth=2, n=80, rng=2, replacement="blur"))


def measured():
    return {
        "metrics: coefficients": of_coefficients,
        "metrics: curves": of_curves,
        "metrics: classes": of_classes,
        "metrics: steps": of_steps,
        "metrics: infidelity": of_infidelity,
        "metrics: over images": over_images,
        "metrics: random weights": random_weights,
        "metrics: sensitivity": sensitive,
    }


def predicted(model=shares, **options):
    found = explain(model, target=0, n=80)
    return found, metrics.Predictions.of(model, found, **options)


def of_coefficients():
    found = explain(target=0, n=80)
    beta, more = found.coefficients, [explain(target=0, n=80, rng=seed).coefficients for seed in range(4)]
    return [
        *(rule(beta) for rule in (metrics.gini, metrics.gini_shifted, metrics.effective_number)),
        *(metrics.shown(beta, rule).astype(int) for rule in ("public", 3)),
        metrics.size(metrics.shown(beta, 3), TWELVE),
        *(metrics.stability(more, relative) for relative in (False, True)),
        *(metrics.expected_stability(found, relative) for relative in (False, True)),
        metrics.explanation_similarity(beta, more[1]),
        metrics.area_fractions(TWELVE),
        metrics.noisy(IMAGE, rng=3),
    ]


def of_curves():
    found, F = predicted(replacement="blur")
    asked = (metrics.deletion_auc, metrics.insertion_auc, metrics.mif, metrics.lif, metrics.srg)
    points = metrics.curve(F, found.coefficients, insert=True, steps=6).points
    return [points, *(one(F, found.coefficients, normalise=scaled) for one in asked for scaled in (False, True))]


def of_classes():
    found, F = predicted()
    noise = metrics.Predictions.of(shares, lt.explain_image(shares, metrics.noisy(IMAGE), segments=TWELVE, n=20, rng=0))
    kept = metrics.shown(found.coefficients, 3)
    return [
        *(one(F, kept) for one in (metrics.preservation, metrics.deletion, metrics.randomisation_check)),
        *(one(noise, kept, F.original) for one in (metrics.noise_preservation, metrics.noise_deletion)),
        *(one(F, noise, kept) for one in (metrics.contrast_preservation, metrics.contrast_deletion)),
        metrics.random_answers(F)(lt.all_masks(12, 0, 9)),
    ]


def of_steps():
    found, F = predicted()
    areas, beta = metrics.area_fractions(TWELVE), found.coefficients
    orders = metrics.orders([0.1, 0.3, 0.1, 0.2, 0.1], draws=4)
    return [
        metrics.incremental_deletion(F, beta, areas, until=0.3),
        metrics.incremental_deletion_sum(F, beta, areas, left=0.7),
        list(metrics.kept_area_preservation(F, beta, 0.2)),
        orders,
        F.n_evaluations,
    ]


def of_infidelity():
    found, F = predicted()
    law = lt.BernoulliDesign(12)
    options = ({}, {"n": 200, "rng": 1}, {"scale": True})
    return [metrics.infidelity(F, found.coefficients, law, **one) for one in options]


def over_images():
    scores = {
        "a": [1.0, 2.0, 3.0, 4.0, 5.0, 6.5],
        "b": [0.0, 1.0, 2.5, 3.0, 4.5, 5.0],
        "c": [2.0, 1.0, 0.5, 3.0, 9.0, 1.0],
    }
    pairs = metrics.paired_differences(scores, n_resamples=500)
    return [
        list(metrics.interval(scores["a"], n_resamples=500)),
        list(metrics.interval([True] * 7 + [False])),
        [[*one[:2], list(one.difference), one.p, one.p_corrected] for one in pairs],
        metrics.holm([0.01, 0.04, 0.03]),
    ]


def random_weights():
    return [explain(metrics.random_model(Convolutional(), rule, 0), n=60) for rule in ("shuffle", "reinitialise")]


def sensitive():
    return list(metrics.sensitivity(lambda image: explain_other(image).coefficients, IMAGE, n=4))


def explain_other(image):
    return lt.explain_image(shares, image, segments=TWELVE, target=0, n=40, rng=0)
