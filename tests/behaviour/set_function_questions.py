"""Questions about set functions: limits, estimates, variants and what statistics say of them."""

import math
from itertools import product

import numpy as np
from plain_answers import attributes, plain
from public_names import LeafSum, leaf_covariance, lt

D = 6
TABLE = np.random.default_rng(0).integers(0, 1000, 1 << D) / 1000

MODELS = {
    "Additive": lt.Additive([1.0, -2.0, 0.5, 0.0, 3.25, 0.125], 0.3),
    "Leaf": lt.Leaf(D, on=(0, 3), off=(1,), value=0.8),
    "LeafSum": LeafSum(D, [lt.Leaf(D, on=(0,), off=(2,)), lt.Leaf(D, on=(1, 4, 5), value=-0.7)], 0.25),
    "Multilinear": lt.Multilinear(D, {(): 0.2, (0,): 1.0, (0, 3): 1.5, (1, 2, 4): -0.9, (0, 1, 2, 5): 0.3}),
    "FactorProduct": lt.FactorProduct([0.9, 0.5, 1.2, 0.3, 1.0, 0.8], [0.4, 0.7, 1.0, 0.6, 0.1, 0.9]),
    "FactorSum": lt.FactorSum(
        [[0.9, 0.5, 1.2, 0.3, 1.0, 0.8], [0.2] * D], [[0.4, 0.7, 1.0, 0.6, 0.1, 0.9], [0.5] * D], [1.0, -3.0], None, 0.1
    ),
    "SetFunction": lt.SetFunction(TABLE),
    "Maximum": lt.any_of([lt.Leaf(D, on=(0, 1)), lt.Leaf(D, on=(2,), off=(3,)), lt.Leaf(D, on=(4, 5))]),
    "parity": lt.parity(D, (0, 2, 3)),
    "WeightedSum": lt.WeightedSum([lt.Additive([1.0, 0, 0, 2.0, 0, 0]), lt.Leaf(D, on=(0, 5))], [0.5, 2.0], 0.1),
    "callable": lambda masks: masks[:, 0] * (1.0 + masks[:, 3]) / (1.0 + masks.sum(axis=1)),
}
DESIGNS = {
    "image": lambda d: lt.ImageDesign(d),
    "image, wide": lambda d: lt.ImageDesign(d, math.inf),
    "text": lambda d: lt.TextDesign(d),
    "Bernoulli": lambda d: lt.BernoulliDesign(d, 0.3),
    "Shapley": lambda d: lt.ShapleyDesign(d),
    "size law": lambda d: lt.SizeLawDesign([1.0 + k % 3 for k in range(d + 1)]),
    "GLIME binomial": lambda d: lt.GlimeDesign(d, 1.5),
    "GLIME comb_exp": lambda d: lt.GlimeDesign(d, 1.5, "comb_exp"),
    "product": lambda d: lt.ProductDesign([0.2 + 0.6 * j / d for j in range(d)], [0.5 + j / d for j in range(d)]),
}
RIDGES = (0.0, 0.05)

SCHEMES = [
    *(("wls", sampling, ridge) for sampling in ("design", "pairs", "strata", "leverage") for ridge in (0.0, 1.0)),
    *(("unbiased", sampling, 0.0) for sampling in ("design", "pairs", "strata", "leverage")),
    ("adjusted", "design", 0.0),
    ("quadrature", "design", 0.0),
]
SAMPLED = {name: DESIGNS[name] for name in ("image", "text", "product", "Shapley")}
WIDE = lt.WeightedSum(
    [
        lt.Additive([j / 8 - 0.5 for j in range(10)]),
        lt.Leaf(10, on=(0, 3), value=2.0),
        lt.Leaf(10, on=(1,), off=(2, 7), value=-0.5),
        lt.parity(10, (4, 5)),
    ]
)
"""A set function of ten superpixels without two that are alike, so that no rank is a tie."""


def questions():
    """Every question about set functions by name."""
    return {**limits(), **estimates(), **sequential(), **variants(), **statistics()}


def limits():
    asked = {f"limit of {m} under {d}": limit_of(m, d) for m, d in product(MODELS, DESIGNS)}
    return {**asked, **{f"moments of {name}": moments_of(name) for name in DESIGNS}, **order()}


def limit_of(model, design):
    return lambda: {f"ridge {ridge}": lt.limit(MODELS[model], DESIGNS[design](D), ridge) for ridge in RIDGES}


def moments_of(name):
    def ask():
        design = DESIGNS[name](D)
        masks = design.sample(500, np.random.default_rng(3))
        return {"alpha": alphas(design), "masks": masks.astype(np.int8), "each kept": masks.sum(axis=0)}

    return ask


def alphas(design):
    """E[π z_1…z_a (1 − z_{a+1})…] for a, b up to 3, of designs whose coordinates are alike."""
    if not isinstance(design, lt.ExchangeableDesign):
        return None
    return [design.alpha(a, b) for a in range(4) for b in range(3)]


def order():
    gap = ("lime", "banzhaf", "shapley", "by_order", "predicted", "finite_bandwidth", "higher_orders")
    table = MODELS["SetFunction"]
    return {
        "order spectrum": lambda: attributes(lt.order_spectrum(table), "moebius", "walsh"),
        "gap to integrated gradients": lambda: attributes(lt.ig_gap(table, lt.ImageDesign(D)), *gap),
        "all masks and a table": lambda: [lt.all_masks(5).astype(int), lt.tabulate(WIDE, 10).values],
        "exclusive or": lambda: lt.limit(lt.exclusive_or(9, (0, 4, 8)), lt.ImageDesign(9)),
    }


def estimates():
    asked = {
        f"estimate: {method}, {sampling}, ridge {ridge:g}, {name}": estimated(name, method, sampling, ridge)
        for name, (method, sampling, ridge) in product(SAMPLED, SCHEMES)
        if allowed(name, sampling)
    }
    return {**asked, "estimate: forced original": forced, "estimate: intervals": intervals, **glime()}


def allowed(name, sampling):
    return name in ("image", "text") or sampling == "design"


def estimated(name, method, sampling, ridge):
    n = 60 if method in ("adjusted", "quadrature") else 200
    return lambda: lt.estimate(WIDE, SAMPLED[name](10), n, 7, method, ridge, sampling=sampling)


def forced():
    return lt.estimate(WIDE, lt.ImageDesign(10), 150, 1, ridge=1.0, include_original=True)


def intervals():
    found = lt.estimate(WIDE, lt.ImageDesign(10), 300, 2)
    return [found.interval(), found.interval(0.5), found.simultaneous_interval(), found.simultaneous_interval(0.8)]


def glime():
    return {
        f"estimate: wls, design, ridge 0, GLIME {law}": lambda law=law: lt.estimate(
            WIDE, lt.GlimeDesign(10, 1.2, law), 200, 5
        )
        for law in ("binomial", "uniform", "exp", "comb", "comb_exp")
    }


def sequential():
    leaf, table = lt.Leaf(24, on=(0, 3), value=0.8), MODELS["SetFunction"]
    wide, small = lt.ImageDesign(24), lt.ImageDesign(D)
    return {
        "until: bounded": lambda: lt.estimate_until(leaf, wide, 0.1, rng=0, bounds=(0, 1)),
        "until: asymptotic": lambda: lt.estimate_until(leaf, wide, 0.05, 0.9, 1, guarantee="asymptotic"),
        "until: all masks": lambda: lt.estimate_until(table, small, 1e-3, rng=2, bounds=(0, 1)),
        "until: too few": lambda: lt.estimate_until(leaf, wide, 1e-4, rng=3, bounds=(0, 1), n_max=250),
        "until: text": lambda: lt.estimate_until(leaf, lt.TextDesign(24), 0.1, rng=4, bounds=(0, 1)),
        "until: other levels": lambda: other_levels(leaf, wide),
    }


def other_levels(F, design):
    found = lt.estimate_until(F, design, 0.2, rng=5, bounds=(0, 1))
    return [found, *(found.simultaneous_interval(level) for level in (0.8, 0.99))]


def variants():
    image, leaf = lt.ImageDesign(10), lt.Leaf(10, on=(0, 3))
    prior = np.linspace(-0.2, 0.2, 10)
    given = {"prior_mean": prior, "prior_precision": 20.0}
    return {
        "slime": lambda: lt.slime(WIDE, image, 3, 0, 200, 2000),
        "slime, ridge": lambda: lt.slime(WIDE, lt.TextDesign(10), 2, 1, 200, 1000, ridge=1.0),
        "slime's limit": lambda: lt.slime_limit(WIDE, image, 4, 0.01),
        "baylime": lambda: lt.baylime(WIDE, image, 150, 0),
        "baylime, partial": lambda: lt.baylime(WIDE, image, 150, 1, "partial", **given),
        "baylime, full": lambda: lt.baylime(WIDE, image, 150, 2, "full", **given, noise_precision=50.0),
        "baylime's limit": lambda: lt.baylime_limit(WIDE, image, prior, 0.1),
        "two levels, unbiased": lambda: lt.two_level(leaf, WIDE, image, 300, 60, 0, "unbiased"),
        "two levels, adjusted": lambda: lt.two_level(leaf, WIDE, image, 80, 40, 1),
    }


def statistics():
    return {**plans(), **deviations(), **comparisons()}


def plans():
    wide = lt.ImageDesign(50)
    return {
        "plan": lambda: planned(wide, 0.05, bounds=(0, 1)),
        "plan, all at once": lambda: planned(wide, 0.02, 0.99, bounds=(-2, 6), spread=0.7, simultaneous=True),
        "plan, pilot": lambda: planned(lt.ImageDesign(10), 0.01, pilot=lt.estimate(WIDE, lt.ImageDesign(10), 200, 3)),
        "plan, text": lambda: planned(lt.TextDesign(12), 0.05, bounds=(0, 1)),
        "bound": bounded,
    }


def planned(*arguments, **options):
    found = lt.plan(*arguments, **options)
    return {name: part and part.n for name, part in attributes(found, "clt", "unbiased", "wls").items()}


def bounded():
    bound, F = lt.Bound(lt.ImageDesign(10)), lt.Leaf(10, on=(0, 1))
    masks = lt.ImageDesign(10).sample(4000, np.random.default_rng(0))
    return [
        *(bound.unbiased(n, 0.05) for n in (1000, 50000)),
        *(bound.wls(n, 0.05) for n in (8000, 50000)),
        bound.unbiased_masks(0.05, 0.05),
        bound.wls_masks(0.05, 0.05),
        bound.observed(masks, F(masks), 0.05),
    ]


def deviations():
    asked = {
        f"asymptotic covariance under {name}": lambda name=name: [
            lt.asymptotic_covariance(MODELS["SetFunction"], DESIGNS[name](D)),
            lt.asymptotic_deviations(MODELS["Leaf"], DESIGNS[name](D)),
        ]
        for name in ("image", "text", "Bernoulli", "GLIME binomial", "product")
    }
    return {**asked, "leaf covariance": lambda: leaf_covariance(MODELS["LeafSum"], lt.ImageDesign(D))}


def comparisons():
    return {"stability": stable, "bias split": split, "above and ranks": ranked}


def stable():
    names = ("selected", "change", "inclusion", "variables_index", "coefficients_index")
    return attributes(lt.stability(lt.estimate(WIDE, lt.ImageDesign(10), 200, 4), 3, 0, 2000), *names)


def split():
    design, F = lt.ImageDesign(D), MODELS["SetFunction"]
    answer, reference = (lt.estimate(F, one, 300, 6, ridge=1.0) for one in (design, lt.BernoulliDesign(D)))
    names = ("bandwidth", "ridge", "sampling", "bandwidth_errors", "ridge_errors", "sampling_size", "total")
    known = lt.bias_split(answer, F, design, 300, 1.0)
    estimated = lt.estimated_bias_split(answer, reference, design, 300, 1.0)
    return [attributes(one, *names) for one in (known, estimated)]


def ranked():
    found = lt.estimate(WIDE, lt.ImageDesign(10), 200, 8)
    names = ("difference", "standard_error", "degrees_of_freedom", "p_value")
    return [plain(attributes(lt.above(found, 0, 5), *names)), lt.rank_intervals(found), lt.rank_intervals(found, 0.5)]
