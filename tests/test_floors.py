"""The lowest versions that pyproject.toml allows, installed without torch in an environment of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import limetheory as lt
from limetheory.statistics import plan

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REPOSITORY = Path(lt.__file__).parents[1]
NEEDS_TORCH = re.compile("torch|captum|efficientnet")
LAST_PYTHON_OF_THE_FLOORS = (3, 12)

SMOKE = """
import io, sys
import lightgbm, numpy as np, xgboost
from PIL import Image
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor
import limetheory as lt

design, leaf = lt.ImageDesign(6), lt.Leaf(6, [0, 2], [5])
closed, table = lt.limit(leaf, design), lt.limit(lt.tabulate(leaf, 6), design)
np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-13)
for method in ("wls", "unbiased", "adjusted"):
    assert abs(lt.estimate(leaf, design, 400, 0, method).coefficients - closed.coefficients).max() < 0.2, method

z = lt.all_masks(6).astype(float)
y = 2 * z[:, 0] * z[:, 1] - z[:, 4]
forest = RandomForestClassifier(8, random_state=0).fit(z, y > 0)
boosting = GradientBoostingClassifier(n_estimators=8).fit(z, y > 0)
scaled = make_pipeline(StandardScaler(), DecisionTreeRegressor()).fit(z, y)
histogram, machine = HistGradientBoostingRegressor(min_samples_leaf=2).fit(z, y), SVR().fit(z, y)
light = lightgbm.LGBMRegressor(n_estimators=5, verbosity=-1, min_child_samples=1).fit(z, y)
extreme = xgboost.XGBRegressor(n_estimators=5).fit(z, y)
models = [(lt.TreeModel(one), one.predict) for one in (scaled, histogram, light, extreme)]
models += [(lt.TreeModel(forest), lambda z: forest.predict_proba(z)[:, 1])]
models += [(lt.TreeModel(boosting), boosting.decision_function), (lt.KernelMachine(machine), machine.predict)]
for model, own in models:
    exact, enumerated = lt.limit(model, design), lt.limit(lambda z: own(z.astype(float)), design)
    np.testing.assert_allclose(exact.coefficients, enumerated.coefficients, rtol=0, atol=1e-6)
    assert abs(exact.coefficients).max() > 0.05

pixels = np.arange(48 * 48).reshape(48, 48)
deep = io.BytesIO()
Image.fromarray((28 * pixels).astype(np.uint16)).save(deep, "PPM")
with open(sys.argv[1], "wb") as file:
    file.write(deep.getvalue())
np.testing.assert_allclose(lt.load_image(sys.argv[1])[..., 0], 28 * pixels / 65535, rtol=0, atol=1e-12)
half = Image.new("RGBA", (4, 4), (255, 0, 0, 51))
assert lt.as_image(half)[0, 0].round(3).tolist() == [1.0, 0.8, 0.8]
for method in ("slic", "grid"):
    assert lt.MaskedImage(lt.load_image(sys.argv[1]), method).d > 1, method
assert "torch" not in sys.modules
print("smoke passed")
"""


def floors():
    """Every requirement at its lowest version, except for those that need torch; with the libraries of trees."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["trees"]
    assert all(re.fullmatch(r"[\w-]+(>=|==)[\d.]+", one) for one in wanted)
    return [one.replace(">=", "==") for one in wanted if not NEEDS_TORCH.search(one)]


@pytest.fixture(scope="module")
def lowest(tmp_path_factory):
    """The folder of programs of an environment that has the lowest versions."""
    if sys.version_info[:2] > LAST_PYTHON_OF_THE_FLOORS:
        pytest.skip(f"the lowest versions have wheels up to Python {LAST_PYTHON_OF_THE_FLOORS}, got {sys.version}")
    programs = tmp_path_factory.mktemp("floors") / "bin"
    ran(sys.executable, "-m", "venv", "--without-pip", programs.parent)
    pip = (sys.executable, "-m", "pip", "--python", programs / "python", "--disable-pip-version-check")
    install = (*pip, "install", "--quiet", "--no-compile")  # what is not imported need not be compiled
    ran(*install, "--only-binary", ":all:", *floors())
    ran(*install, "--no-deps", REPOSITORY)
    return programs


def ran(*command, code=0):
    # what is installed is tested, not a checkout on the path
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    words = [str(part) for part in command]
    done = subprocess.run(words, capture_output=True, text=True, cwd="/", env=environment)
    assert done.returncode == code, f"{words[:2]}: {done.stdout[-1000:]}{done.stderr[-3000:]}"
    return done.stdout + done.stderr


@pytest.mark.slow
def test_theory_images_trees_and_kernels_work_with_the_lowest_versions(lowest, tmp_path):
    assert ran(lowest / "python", "-c", SMOKE, tmp_path / "deep.ppm").strip().endswith("smoke passed")


@pytest.mark.slow
def test_the_commands_work_with_the_lowest_versions(lowest, tmp_path):
    command, out = lowest / "limetheory", tmp_path / "plan.json"
    shown = ran(command, "--help")
    assert all(name in shown for name in ("verify", "explain", "plan", "doctor", "experiment"))
    assert "--half-width" in ran(command, "plan", "--help") and "--segmenter" in ran(command, "explain", "--help")
    assert "A bundled network" in ran(command, "classes", "--help")
    ran(command, "plan", "--superpixels", 50, "--half-width", 0.05, "--level", 0.95, "--json", out)
    answer = plan(lt.ImageDesign(50), 0.05, 0.95, bounds=(0, 1))
    found = {name: one["n"] for name, one in json.loads(out.read_text(encoding="utf-8"))["evaluations"].items()}
    assert found == {"clt": answer.clt.n, "unbiased": answer.unbiased.n, "wls": answer.wls.n}
    refused = ran(command, "plan", "--superpixels", 50, "--half-width", "wide", code=2)
    assert refused.startswith("limetheory: ") and len(refused.splitlines()) == 1
