"""Rows, targets and small models for the trees of several libraries."""

import lightgbm
import numpy as np
import xgboost

RNG = np.random.default_rng(4)
X = RNG.normal(size=(300, 6)) * np.array([1, 1, 1, 1e-3, 1e4, 1])
X[:, 5] = RNG.integers(-2, 3, 300)
Y = X[:, 0] * X[:, 1] + X[:, 5] + X[:, 4] / 1e4
COUNTS, THREE, WEIGHT = np.round(np.exp(Y.clip(-2, 2))), np.digitize(Y, [-1, 1]), RNG.integers(0, 3, 300)
GAPS = np.where(RNG.random(X.shape) < 0.15, np.nan, X)
CATEGORIES = np.column_stack([RNG.integers(0, 9, 300), X[:, 1:3]]).astype(float)
BY_CATEGORY = np.isin(CATEGORIES[:, 0], [1, 4, 8]) * 2.0 + CATEGORIES[:, 1]
SMALL = {"random_state": 0, "max_leaf_nodes": 9}
FEW = SMALL | {"n_estimators": 5}


def light(y=Y, x=X, rounds=6, categorical="auto", **options):
    settings = {"objective": "regression", "verbosity": -1, "num_leaves": 9, "seed": 0, "num_threads": 1,
                "min_data_in_leaf": 5, **options}  # fmt: skip
    return lightgbm.train(settings, lightgbm.Dataset(x, y, categorical_feature=categorical), rounds)


def extreme(y=Y, x=X, rounds=6, **options):
    settings = {"objective": "reg:squarederror", "max_depth": 4, "nthread": 1, "seed": 0, **options}
    return xgboost.train(settings, xgboost.DMatrix(x, y), rounds)


RF = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}
LOG_LOSS = {"objective": "multi:softprob", "num_class": 3}
