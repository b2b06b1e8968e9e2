"""The public names, their signatures, the layers, and an import without torch."""

import ast
import inspect
import os
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import networkx
import pytest

import limetheory as lt

PACKAGE = Path(lt.__file__).parent
NO_DEFAULT = inspect.Parameter.empty

# Names that programs of others call: arguments in order, with their defaults.
CONTRACT = {
    "ImageDesign": {"d": NO_DEFAULT, "bandwidth": 0.25},
    "TextDesign": {"d": NO_DEFAULT, "bandwidth": 0.25},
    "BernoulliDesign": {"d": NO_DEFAULT, "p": 0.5},
    "ShapleyDesign": {"d": NO_DEFAULT},
    "SizeLawDesign": {"masses": NO_DEFAULT},
    "ProductDesign": {"keep": NO_DEFAULT, "weights_off": None},
    "Additive": {"weights": NO_DEFAULT, "intercept": 0.0},
    "Leaf": {"d": NO_DEFAULT, "on": (), "off": (), "value": 1.0},
    "SetFunction": {"values": NO_DEFAULT},
    "limit": {"model": NO_DEFAULT, "design": NO_DEFAULT, "ridge": 0.0},
    "estimate": {
        "F": NO_DEFAULT, "design": NO_DEFAULT, "n": NO_DEFAULT, "rng": NO_DEFAULT, "method": "wls", "ridge": 0.0,
    },
    "attribute": {"F": NO_DEFAULT, "sample_or_masks": NO_DEFAULT, "method": "rise"},
    "attribution_limit": {"method": NO_DEFAULT, "F": NO_DEFAULT, "design": NO_DEFAULT},
    "explain_image": {
        "model": NO_DEFAULT, "image": NO_DEFAULT, "target": None, "segments": "slic", "replacement": "mean",
        "design": None, "n": 1000, "rng": None, "device": None,
    },
    "superpixel_integrated_gradients": {
        "model": NO_DEFAULT, "image": NO_DEFAULT, "segments": NO_DEFAULT, "target": NO_DEFAULT,
        "replacement": "mean", "steps": 64,
    },
}  # fmt: skip
KEYWORD_ONLY = {
    "explain_image": {"target", "segments", "replacement", "design", "n", "rng", "device"},
    "superpixel_integrated_gradients": {"target", "replacement", "steps"},
}


@pytest.mark.parametrize("name", lt.__all__)
def test_every_public_name_can_be_imported_and_explains_itself(name):
    assert inspect.getdoc(getattr(lt, name)), f"{name} has no docstring"


@pytest.mark.parametrize("package", ["", "designs", "limits", "fitted", "metrics"])
def test_public_names_that_are_read_from_an_init_are_public_to_type_checkers_too(package):
    place = f"{package}/__init__.py" if package else "front.py"
    found = ast.parse((PACKAGE / place).read_text(encoding="utf-8"))
    lines = [one for one in found.body if isinstance(one, ast.ImportFrom) and one.module.startswith("limetheory.")]
    named = [alias for one in lines for alias in one.names if one.module != "limetheory.registry"]
    assert named and all(alias.name in ("*", alias.asname) for alias in named)


@pytest.mark.parametrize("package", ["designs", "limits", "fitted"])
def test_the_front_door_has_every_design_closed_form_and_fitted_model(package):
    part = import_module(f"limetheory.{package}")
    assert len(part.__all__) > 5 and all(getattr(lt, name) is getattr(part, name) for name in part.__all__)
    assert set(part.__all__) <= set(lt.__all__)


@pytest.mark.parametrize("name", CONTRACT)
def test_contract_signatures_hold(name):
    parameters = inspect.signature(getattr(lt, name)).parameters
    found = {key: parameters[key].default for key in CONTRACT[name]}
    expected = dict(CONTRACT[name])
    if name == "estimate":
        assert found.pop("rng") in (NO_DEFAULT, None)
        del expected["rng"]
    assert found == expected
    positional = [key for key in CONTRACT[name] if key not in KEYWORD_ONLY.get(name, ())]
    assert list(parameters)[: len(positional)] == positional
    for key in KEYWORD_ONLY.get(name, ()):
        assert parameters[key].kind is inspect.Parameter.KEYWORD_ONLY


def test_contract_members_exist():
    design = lt.ImageDesign(3)
    assert design.d == 3 and design.alpha(1) == design.alpha(1, 0)
    found = lt.limit(lt.Additive([1.0, 2.0, 3.0]), design)
    assert found.coefficients.shape == found.standard_errors.shape == (3,) and not found.standard_errors.any()
    assert found.interval(0.9).shape == (3, 2) and isinstance(found.intercept, float) and found.n_evaluations == 0
    for name in ("segments", "heatmap", "target"):
        assert name in {*dir(lt.ImageExplanation), *lt.ImageExplanation.__dataclass_fields__}
    assert {"coefficients", "completeness_gap"} <= set(lt.SuperpixelGradients.__dataclass_fields__)


def test_dir_lists_what_is_imported_on_first_use():
    assert set(lt.__all__) <= set(dir(lt)) and len(dir(lt)) == len(set(dir(lt)))


def test_the_version_is_that_of_the_installed_package_and_is_looked_up_on_first_use():
    assert lt.__version__ == version("limetheory")
    assert "__version__" in dir(lt) and "__version__" not in vars(lt)


@pytest.mark.slow
def test_the_package_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "limetheory", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == version("limetheory")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'limetheory' has no attribute 'Lime'"):
        lt.Lime  # noqa: B018


def test_the_package_says_that_it_is_typed():
    assert (PACKAGE / "py.typed").is_file()


def python(code, **environment):
    known = {**os.environ, **environment}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=known)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_import_waits_for_no_large_package():
    python("""
import sys
import limetheory as lt
lt.limit
large = {"torch", "matplotlib", "sklearn", "scipy", "pandas", "skimage", "transformers"}
assert not large & set(sys.modules), large & set(sys.modules)
""")


@pytest.mark.slow
def test_designs_and_closed_forms_do_not_import_torch():
    python("""
import sys
import numpy as np
import limetheory as lt
designs = [lt.ImageDesign(4), lt.TextDesign(4), lt.BernoulliDesign(4), lt.ShapleyDesign(4),
           lt.SizeLawDesign([1, 2, 3, 2, 1]), lt.ProductDesign([0.5] * 4)]
masked = lt.MaskedImage(np.eye(4), np.arange(16).reshape(4, 4) // 4)
models = [lt.Additive([1.0] * 4), lt.Leaf(4, on=(0,)), lt.SetFunction(range(16)),
          lt.set_function(lt.LinearPixels(np.ones((4, 4))), masked),
          lt.set_function(lt.ShapeDetector(np.eye(4) > 0, 0.5), masked)]
for design in designs:
    for model in models:
        lt.limit(model, design)
        lt.estimate(model, design, 30, 0)
lt.explain_image(lambda images: images.mean(axis=(1, 2, 3)), np.eye(4), segments="grid", n=40, rng=0)
assert "torch" not in sys.modules and "matplotlib" not in sys.modules
dir(lt)
assert "torch" not in sys.modules
""")


@pytest.mark.slow
def test_the_import_takes_at_most_four_times_as_long_as_that_of_numpy(tmp_path):
    # processor seconds, with compiled files as users have them: neither load nor the machine's speed counts much
    code = """
import time
start = time.process_time()
import numpy
middle = time.process_time()
import limetheory.front
print((time.process_time() - middle) / (middle - start))
"""
    compiled = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    assert min(float(python(code, **compiled)) for _ in range(4)) < 4


LAYERS = [
    (
        "designs",
        "answers",
        "arguments",
        "arrays",
        "backends",
        "cache_home",
        "checked_files",
        "contrasts",
        "counts",
        "csv_tables",
        "devices",
        "evaluation",
        "explanation",
        "freed_memory",
        "functions",
        "given",
        "kept",
        "kept_files",
        "known_masks",
        "layout",
        "levels",
        "mask_bits",
        "module_calls",
        "no_numbers",
        "outside",
        "packages",
        "parallel",
        "parquet_files",
        "part_files",
        "pictures",
        "positions",
        "progress",
        "registry",
        "figure_text",
        "shown_numbers",
        "shown_text",
        "transparency",
        "want_of_memory",
        "written_files",
    ),
    ("limits",),
    ("statistics",),
    ("estimation",),
    ("attribution",),
    ("networks", "stored_models"),
    ("explaining", "selection"),
    ("fitted", "images"),
    ("tabular", "text"),
    ("gradients", "metrics", "picks"),
    ("inspection",),
    ("adapters", "audit", "many", "reports", "testing", "verification"),
    ("app", "front"),
    ("cli", "__main__"),
]
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}


def named(path):
    """The dotted names that a module imports, at any depth: of each module, and of each name that it takes of one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in {path}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def imported(path):
    """The parts of limetheory that a module names in any import."""
    yield from (name.split(".")[1] for name in named(path) if name.startswith("limetheory."))


MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
PEERS = [
    {"explaining", "selection"},
    {"fitted", "images"},
    {"images", "text"},
    {"tabular", "text"},
    {"networks", "stored_models"},
    {"many", "verification"},
    {"many", "testing"},
    {"testing", "verification"},
    {"adapters", "testing"},
    {"gradients", "metrics"},
    {"gradients", "picks"},
    {"metrics", "picks"},
]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_from_its_own_and_lower_layers_only(module):
    own = module.parts[0].removesuffix(".py")
    higher = [part for part in imported(PACKAGE / module) if RANK[part] > RANK[own]]
    assert not higher, f"{module} imports {higher}"
    peers = [part for part in imported(PACKAGE / module) if part != own and {part, own} in PEERS]
    assert not peers, f"{module} imports {peers}, which stands beside it"


def dotted(path):
    return ".".join(["limetheory", *path.with_suffix("").parts]).removesuffix(".__init__")


def arrows(modules):
    """Which module imports which, at any depth and under `TYPE_CHECKING` too, by their dotted names."""
    known = {dotted(path) for path in modules}
    found = {}
    for path in modules:
        names = named(PACKAGE / path)
        ends = {name if name in known else name.rpartition(".")[0] for name in names}
        found[dotted(path)] = (ends & known) - {dotted(path)}
    return found


def circles(arrows):
    """The sets of modules that import each other in a circle."""
    graph = networkx.DiGraph([(start, end) for start, ends in arrows.items() for end in ends])
    return [sorted(part) for part in networkx.strongly_connected_components(graph) if len(part) > 1]


@pytest.mark.slow
def test_no_modules_import_each_other_in_a_circle():
    found = arrows(MODULES)
    assert len(found) > 150 and sum(map(len, found.values())) > 400
    assert circles(found) == []


@pytest.mark.slow
def test_a_circular_import_is_found():
    found = arrows(MODULES)
    found["limetheory.designs.base"] = {*found["limetheory.designs.base"], "limetheory.designs.image"}
    assert any("limetheory.designs.image" in part for part in circles(found))


def test_the_package_imports_neither_command_line_nor_verification():
    assert not {"cli", "verification"} & set(imported(PACKAGE / "__init__.py"))
