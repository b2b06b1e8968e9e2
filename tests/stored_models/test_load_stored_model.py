"""Models from files: the same answers as in memory, and one line for what is none, damaged, large or not trusted."""

import io
import os
import pickle
import re
import sys
import zipfile

import numpy as np
import onnx_bytes
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import limetheory as lt
from limetheory.stored_models import load_stored_model, skops_files

TEXTS = ["good fine film", "bad awful plot", "great good cast", "awful bad boring"]
WEIGHTS = [[1.0, -1.0], [0.5, 0.0], [0.0, 2.0]]


@pytest.fixture(scope="module")
def pipeline():
    return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, ["pos", "neg"] * 2)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(source, part, kind=ValueError, **options):
    with pytest.raises(kind) as caught:
        load_stored_model(source, **options)
    message = str(caught.value)
    assert part in message and "\n" not in message, message
    return message


def test_a_skops_pipeline_answers_as_in_memory(pipeline, here):
    skops.io.dump(pipeline, "m.skops")
    stored = load_stored_model("m.skops")
    np.testing.assert_array_equal(stored.predict(TEXTS), pipeline.predict_proba(TEXTS))
    assert (stored.name, stored.class_names, stored.class_name(1)) == ("m.skops", ("neg", "pos"), "pos")
    found, own = (lt.explain_text(one, TEXTS[0], n=200, rng=0) for one in (stored.predict, pipeline))
    np.testing.assert_array_equal(found.coefficients, own.coefficients)
    assert found.class_names == own.class_names and found.target_name == "pos"


def test_untrusted_types_are_listed_and_the_remedy_works(here):
    rows = np.random.default_rng(0).normal(size=(40, 3))
    forest = RandomForestClassifier(3, random_state=0).fit(rows, rows[:, 0] > 0)
    skops.io.dump(forest, "m.skops")
    message = refused("m.skops", "trusted types only, got sklearn.tree._tree.Tree in 'm.skops'")
    trusted = re.findall(r"--trust (\S+)", message)
    stored = load_stored_model("m.skops", trusted=trusted)
    np.testing.assert_array_equal(stored.predict(rows), forest.predict_proba(rows))
    assert stored.n_columns == 3 and stored.columns is None
    refused("m.skops", "sklearn.tree._tree.Tree", trusted=["os.system"])


class Harmful:
    """A pickle of it makes a folder where it is loaded."""

    def __reduce__(self):
        return os.mkdir, ("harm",)


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".joblib", ".skops", ".onnx", ".SKOPS"])
def test_a_pickle_is_refused_whatever_it_is_called_and_never_runs(here, suffix):
    (here / f"m{suffix}").write_bytes(pickle.dumps(Harmful()))
    refused(f"m{suffix}", "pickle")
    assert not (here / "harm").exists()


def test_the_harmful_pickle_would_have_run(here):
    (here / "m.pkl").write_bytes(pickle.dumps(Harmful()))
    refused("m.pkl", "estimator", TypeError, trust_pickle=True)
    assert (here / "harm").is_dir()


def test_a_pickle_in_disguise_is_refused_even_if_pickles_are_trusted(pipeline, here):
    (here / "m.skops").write_bytes(pickle.dumps(pipeline))
    refused("m.skops", "got the pickle 'm.skops'", trust_pickle=True)


def test_a_trusted_pickle_answers_as_in_memory(pipeline, here):
    (here / "m.pkl").write_bytes(pickle.dumps(pipeline))
    message = refused("m.pkl", "--trust-pickle")
    assert "skops.io.dump" in message
    stored = load_stored_model("m.pkl", trust_pickle=True)
    np.testing.assert_array_equal(stored.predict(TEXTS), pipeline.predict_proba(TEXTS))


@pytest.mark.parametrize("suffix", [".skops", ".onnx", ".pkl"])
def test_odd_files_are_one_line(here, suffix):
    name = f"m{suffix}"
    refused(name, "existing file", FileNotFoundError)
    (here / name).write_bytes(b"")
    refused(name, "1 to 2,147,483,648 bytes, got 0")
    (here / name).write_bytes(os.urandom(3) + b"no model" * 50)
    refused(name, name, trust_pickle=True)
    (here / name).unlink()
    (here / name).mkdir()
    refused(name, "got the folder")


@pytest.mark.parametrize("source", ["model.h5", "model", "m:", ":f", "a b:c", "../m.bin", ""])
def test_what_names_neither_a_file_nor_a_function_is_one_line(source):
    refused(source, "a model must be a .skops or .onnx file")


def test_other_types_are_one_line():
    refused(3, "a model must be", TypeError)
    refused("m.skops", "trusted must be a list", TypeError, trusted="sklearn")
    refused("m.skops", "trust_pickle must be True or False", TypeError, trust_pickle="no")


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_read(here, monkeypatch):
    with zipfile.ZipFile("m.skops", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", "{}")
        archive.writestr("zeros.bin", b"\0" * (1 << 22))
    monkeypatch.setattr(skops_files, "MOST_BYTES", 1 << 21)
    monkeypatch.setattr(skops.io, "load", lambda *_, **__: pytest.fail("it was read"))
    monkeypatch.setattr(skops.io, "get_untrusted_types", lambda *_, **__: pytest.fail("it was read"))
    refused("m.skops", "more than 2,097,152 at most")


def test_an_array_that_is_larger_than_its_member_is_refused(here):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (1 << 50,)})
    with zipfile.ZipFile("m.skops", "w") as archive:
        archive.writestr("schema.json", "{}")
        archive.writestr("a.npy", file.getvalue())
    refused("m.skops", "an array of (1125899906842624,) float64 in 128 bytes")


def test_an_onnx_graph_of_rows_answers_with_its_scores(here):
    (here / "m.onnx").write_bytes(onnx_bytes.softmax_of_linear(WEIGHTS))
    stored, rows = load_stored_model("m.onnx"), np.random.default_rng(0).normal(size=(5, 3))
    powers = np.exp(rows @ np.array(WEIGHTS))
    np.testing.assert_allclose(stored.predict(rows), powers / powers.sum(axis=1, keepdims=True), rtol=0, atol=1e-6)
    assert stored.n_columns == 3 and stored.class_names is None and stored.class_name(1) == "1"


def test_an_onnx_graph_of_maps_names_its_classes(here):
    (here / "m.onnx").write_bytes(onnx_bytes.named_classes(WEIGHTS, ["no", "yes"]))
    (here / "plain.onnx").write_bytes(onnx_bytes.softmax_of_linear(WEIGHTS))
    stored, plain = load_stored_model("m.onnx"), load_stored_model("plain.onnx")
    assert stored.class_names == ("no", "yes")
    np.testing.assert_allclose(stored.predict(np.eye(3)), plain.predict(np.eye(3)), rtol=0, atol=1e-7)


def test_an_onnx_graph_of_texts_is_explained(here):
    (here / "m.onnx").write_bytes(onnx_bytes.known_texts({"so good": 1.0, "so": 0.25, "so ": 0.25, " good": 0.5}))
    stored = load_stored_model("m.onnx")
    assert stored.predict(["so good", "so", "other"]).tolist() == [1.0, 0.25, 0.0]
    found = lt.explain_text(stored.predict, "so good", n=50, rng=0)
    exact = lt.limit(lt.SetFunction([0.0, 0.25, 0.5, 1.0]), lt.TextDesign(2))
    assert (np.abs(found.coefficients - exact.coefficients) < 1e-9 + 4 * found.standard_errors).all()


def test_an_onnx_graph_with_several_inputs_takes_columns_by_their_names(here):
    pandas = pytest.importorskip("pandas")
    (here / "m.onnx").write_bytes(onnx_bytes.sum_of_columns(["age", "dose"]))
    stored = load_stored_model("m.onnx")
    assert stored.columns == ("age", "dose")
    frame = pandas.DataFrame({"dose": [1.0, 2.0], "age": [10.0, 20.0]})
    assert stored.predict(frame).ravel().tolist() == [11.0, 22.0]


def test_an_onnx_graph_without_scores_is_one_line(here):
    (here / "m.onnx").write_bytes(onnx_bytes.label_of(WEIGHTS))
    refused("m.onnx", "one output of scores (floats), got 'y' of tensor(int64)")


def test_functions_of_modules_in_the_current_folder(here):
    (here / "mine_stored.py").write_text(
        "class Model:\n    def predict(self, rows):\n        return [float(len(one)) for one in rows]\n"
        "model = Model()\nnothing = 3\nlengths = model.predict\n"
    )
    for name in ("model", "lengths", "model.predict"):
        assert load_stored_model(f"mine_stored:{name}").predict(["a", "bc"]) == [1.0, 2.0]
    refused("mine_stored:nothing", "got int", TypeError)
    refused("mine_stored:Model", "got type", TypeError)
    refused("mine_stored:other", "has no attribute 'other'); name a function of the module", ImportError)
    refused("nowhere_stored:f", "No module named 'nowhere_stored'", ImportError)
    (here / "broken_stored.py").write_text("1 / 0\n")
    refused("broken_stored:f", "division by zero", ImportError)


def test_what_a_model_raises_is_one_line(pipeline, here):
    skops.io.dump(pipeline, "m.skops")
    with pytest.raises(
        ValueError, match=r"^a model must answer to its input, got .* from 'm.skops'; give it"
    ) as caught:
        load_stored_model("m.skops").predict(np.eye(3))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("suffix", "package"), [(".skops", "skops"), (".onnx", "onnxruntime")])
def test_a_missing_package_is_one_line_with_the_extra(here, monkeypatch, suffix, package):
    (here / f"m{suffix}").write_bytes(b"PK")
    for name in [one for one in sys.modules if one.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    refused(f"m{suffix}", f"needs {package}, got none installed; run pip install 'limetheory[files]'", ImportError)
