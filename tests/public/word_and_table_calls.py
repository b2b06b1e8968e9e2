"""A call that works of every public function and class for texts, tables, selections and picks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from picture_calls import LABELS, PICTURE, answer_of
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

import limetheory as lt

TEXT = "Not bad: good plot, good cast."
CHEERFUL = make_pipeline(CountVectorizer(), Ridge()).fit(["good", "bad", "good plot", "bad cast"], [1, -1, 2, -1])
TABLE = np.arange(40.0).reshape(20, 2)
CASES = {"row": [34.0, 3.0], "training_data": TABLE, "feature_names": ["age", "dose"], "categorical": ()}
BUDGET = {
    "target": 0, "design": None, "n": 40, "method": "wls", "tolerance": None, "level": 0.95, "rng": 0, "bounds": None,
    "guarantee": None, "n_max": 100_000, "ridge": 0.0, "include_original": False, "batch_size": None,
}  # fmt: skip
TO_A_TOLERANCE = {
    "target": 0, "tolerance": 0.5, "level": 0.9, "rng": 0, "bounds": (0.0, 1.0), "guarantee": "bounded", "n_max": 100,
}  # fmt: skip


def word_and_table_calls(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The names with the arguments of a call that works.

    Args:
        folder: for the files that some of them read.
    """
    yield from _texts()
    yield from _tables()
    yield from _selections()
    yield from _picks(folder)


def share_of_good(texts):
    """Two columns, one of them how much of each text the word "good" is."""
    shares = np.array([4 * text.count("good") / max(len(text), 1) for text in texts])
    return np.stack([shares, 1 - shares], axis=1)


def large(rows):
    """Two columns, one of them whether the first number of each row is large."""
    return np.stack([rows[:, 0] > 20, rows[:, 0] <= 20], axis=1).astype(float)


def answer_record(explanation):
    """The fields of an answer."""
    return {name: getattr(explanation, name) for name in explanation.__dataclass_fields__}


def _texts():
    explained = {"predict": share_of_good, "text": TEXT}
    yield "MaskedText", {"text": TEXT, "tokens": "words", "missing": "remove", "positions": False}
    yield "text.TextPredictions", {"predict": share_of_good}
    yield "TextModel", {"pipeline": CHEERFUL, "target": None, "output": "score"}
    yield "text.MiniLM", {"batch_size": 32, "device": None}
    yield "explain_text", {**explained, **BUDGET, "tokens": "words", "missing": "remove", "positions": False}
    yield "explain_text, to a tolerance", {**explained, **TO_A_TOLERANCE}
    yield "TextExplanation", answer_record(lt.explain_text(share_of_good, TEXT, n=40, rng=0))


def _tables():
    explained = {"predict": large, **CASES}
    yield "MaskedRow", {**CASES, "bins": "quartile", "training_labels": None, "draws": "normal"}
    yield "MaskedRow, of entropy", {**CASES, "bins": "entropy", "training_labels": TABLE[:, 0] > 20}
    yield "MaskedRow, of categories", {
        "row": ["red", 3.0], "training_data": [["red", 1.0], ["blue", 3.0], ["red", 5.0]], "categorical": [0],
    }  # fmt: skip
    yield "tabular.NormalRow", {**CASES, "around_row": False}
    yield "tabular.NormalDesign", {"centre": np.zeros(2), "scale": np.ones(2), "bandwidth": 1.0}
    yield "tabular.RowFunction", {
        "predict": large, "masked": lt.MaskedRow(**CASES), "target": 0, "rng": 0, "repeats": 2, "latin": 40,
        "batch_size": 16, "original_first": True,
    }  # fmt: skip
    yield "explain_tabular", {
        **explained, **BUDGET, "bins": "quartile", "bandwidth": 1.0, "draws": "normal", "repeats": 2,
        "sampling": "design", "sample_around_instance": False, "training_labels": None,
    }  # fmt: skip
    yield "explain_tabular, to a tolerance", {**explained, **TO_A_TOLERANCE, "repeats": 2}
    yield "explain_tabular, without bins", {
        **explained, "bins": None, "n": 40, "rng": 0, "bandwidth": 1.0, "sampling": "latin", "ridge": 0.1,
        "sample_around_instance": True, "batch_size": 16, "include_original": False,
    }  # fmt: skip
    answer = lt.explain_tabular(**explained, n=400, rng=0, repeats=2)
    yield "TabularExplanation", answer_record(answer)
    yield "bandwidth_path", {"explained": answer, "bandwidths": [0.5, 1.0], "level": 0.9}
    yield "bandwidth_path, of a set function", {
        "explained": lt.Additive([1.0, 2.0]), "masked": lt.MaskedRow(**CASES), "bandwidths": [0.5, 1.0],
    }  # fmt: skip
    yield "tabular.BandwidthPath", answer_record(lt.bandwidth_path(answer, bandwidths=[0.5, 1.0]))
    yield "explaining.VarianceSplit", answer_record(answer.variance_split)
    yield "BandwidthWarning", {}


def _selections():
    design, F = lt.ImageDesign(3), lt.Multilinear(3, {(0,): 1.0, (1,): -2.0, (0, 2): 0.5})
    answer = lt.estimate(F, design, 400, 0)
    masks = design.sample(60, np.random.default_rng(0))
    sample = lt.Sample.of(masks, design.weight(masks), F(masks))
    asked = {"k": 1, "method": "forward", "design": design}
    yield "select_features", {"explanation_or_sample": answer, **asked, "level": 0.9, "instance": [1.0, 1.0, 1.0]}
    yield "select_features, of a sample", {"explanation_or_sample": sample, **asked, "instance": [1.0, 1.0, 1.0]}
    yield "select_features, of the highest weights", {
        "explanation_or_sample": answer, "k": 1, "method": "highest_weights", "instance": [1.0, 1.0, 1.0],
    }  # fmt: skip
    yield "refit", {"sample": sample, "chosen": [1, 0], "ridge": 1.0, "design": design, "names": ["a", "b", "c"]}
    yield "selection_probability", {
        "source": answer, **asked, "covariance": 0.1 * np.eye(3), "rng": 0, "draws": 10,
    }  # fmt: skip
    yield "selection_probability, of a sample", {"source": sample, "k": 1, "method": "lasso_path", "draws": 10}
    yield "selection_probability, of a set function", {"source": F, **asked, "n": 40, "rng": 0, "draws": 10}
    rows = np.random.default_rng(0).normal(size=(20, 3))
    for method in ("highest_weights", "forward", "lasso_path"):
        yield f"selection.select_rows, {method}", {
            "rows": rows, "values": rows[:, 0], "weights": np.ones(20), "instance": np.ones(3), "k": 1,
            "method": method,
        }  # fmt: skip
    yield "SelectionProbability", answer_record(lt.selection_probability(answer, 1, "none", draws=10))
    yield "UnresolvedSelectionWarning", {}


def _picks(folder):
    W, errors = [[1.0, 0.0, -2.0], [0.0, 3.0, 0.0], [0.5, 0.5, 0.0]], np.full((3, 3), 0.1)
    named = [lt.Explanation(np.array(row), 0.0, np.full(3, 0.1), 9, names=["a", "b", "c"]) for row in W]
    paths = [folder / f"instance {i}" for i in range(len(named))]
    for path, one in zip(paths, named, strict=True):
        one.save(path)
    scenes = [
        lt.explain_image(answer_of, picture, segments=LABELS, replacement=0.0, n=20, rng=0)
        for picture in (PICTURE, PICTURE[::-1])
    ]
    for words, explanations in (("", W), (", of explanations", named)):
        yield f"submodular_pick{words}", {"explanations": explanations, "budget": 2, "largest": 2, "ties": "first"}
        yield f"random_pick{words}", {"explanations": explanations, "budget": 2, "rng": 0}
        yield f"coverage{words}", {"explanations": explanations, "indices": [0, 1], "largest": 2}
        yield f"pick_figure{words}", {
            "explanations": explanations, "indices": [0, 1], "titles": ["a", "b"], "features": 2, "largest": 2,
        }  # fmt: skip
    again = {"budget": 2, "rng": 0, "redraws": 3, "level": 0.9, "largest": 2, "ties": "last"}
    yield "pick_stability", {"explanations": W, **again, "standard_errors": errors}
    yield "pick_stability, of explanations", {"explanations": named, **again}
    yield "explanation_matrix", {"explanations": W, "largest": 2, "standard_errors": errors}
    yield "explanation_matrix, of explanations", {"explanations": named, "largest": 2}
    yield "pick_files", {
        "paths": paths, "budget": 2, "largest": 2, "ties": "first", "concepts": None, "seed": 0, "redraws": 3,
        "level": 0.9,
    }  # fmt: skip
    yield "image_concepts", {"explanations": scenes, "n_concepts": 2, "rng": 0, "features": None, "largest": 2}
    yield "superpixel_features", {"explanation": scenes[0], "position": True}
    yield "ExplanationMatrix", answer_record(lt.explanation_matrix(W))
    yield "PickStability", answer_record(lt.pick_stability(named, 2, redraws=3))
