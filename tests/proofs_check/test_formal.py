"""The theorems that Coq accepts, and wrong statements that it rejects."""

import re

import pytest

from proofs_check.formal import FORMAL, INSTALL, coq_available, verdict
from proofs_check.formal.__main__ import main, table
from proofs_check.formal.compile import (
    BUILD,
    PREFIX,
    SOURCES,
    Compiled,
    compile_all,
    compile_one,
    coq,
    in_order,
    program,
)

needs_coq = pytest.mark.skipif(not coq_available(), reason=f"Coq is not installed: {INSTALL}")

MUTANTS = {
    "lem_alpha": ("'C(d - a - b, i)%:R", "'C(d - a, i)%:R"),
    "lem_count": ("d%:R * cd d w = a0 ^+ 2 * sizevar mu", "d%:R * cd d w = a0 * sizevar mu"),
    "prop_gram_inverse": ("sigma1 : R := - a1", "sigma1 : R := a1"),
    "thm_limit": ("mean mu F - slope F * kappa mu", "mean mu F + slope F * kappa mu"),
    "thm_quadratic": ("- (row i + row j) / (d%:R - 2%:R)", "- row i / (d%:R - 2%:R)"),
    "cor_efficient": ("total F / d%:R + deviation", "total F / d%:R - deviation"),
    "cor_unweighted": ("E mu F + (1 - p) * unweighted j", "E mu F + p * unweighted j"),
    "prop_ridge": ("(v / (v + lambda))", "(v / (v + lambda + lambda))"),
    "prop_areas": (
        "odds i * E mu (on j) - odds j * E mu (on i)",
        "odds i * E mu (on i) - odds j * E mu (on j)",
    ),
    "prop_product": ("mean product F - \\sum_j", "mean product F + \\sum_j"),
    "prop_linear": ("lambda u * (xi u - xib u).", "lambda u * (xi u + xib u)."),
    "prop_leaf": ("a%:R * aab + r * aab1.", "(a%:R + b%:R) * aab + r * aab1."),
    "prop_multilinear": ("(d%:R - t%:R) * (alpha d w t 0 -", "(d%:R - t%:R) * (alpha d w t 0 +"),
    "prop_factor": ("w k.+1 * (generating_without j)`_k", "w k * (generating_without j)`_k"),
    "prop_or": ("(- 1) ^+ #|I|.+1", "(- 1) ^+ #|I|"),
    "prop_text": ("(d%:R * (p%:R + 1))", "(d%:R * p%:R)"),
    "lem_leverage": ("= d%:R + 1", "= d%:R"),
    "prop_unbiased": ("zt R (z i)) + limit mu g", "zt R (z i)) - limit mu g"),
    "prop_pairs_quadratic": ("(\\sum_(i | i != j) q i j) / 2%:R", "\\sum_(i | i != j) q i j"),
    "prop_parity": ("(w #|S| - w (d - #|S|)%N) / 2%:R * even", "(w #|S| + w (d - #|S|)%N) / 2%:R * even"),
    "prop_bias_split": ("lambda / (v d w + lambda)) -", "lambda / (v d w + lambda)) +"),
    "prop_ig_order": ("a T * p ^+ (#|T|.-1)", "a T * p ^+ #|T|"),
    "prop_equivalence": ("drop F j / (2%:R * C)", "drop F j / C"),
    "prop_keep_one": ("(\\sum_l alone l - alone j) / (d%:R - 1)", "(\\sum_l alone l - alone j) / d%:R"),
    "prop_one_ranking": ("(E mu F - gamma j) / (a0 - a1).", "(E mu F - gamma j) / a0."),
    "prop_ratio": ("variance_shown / #|I|%:R * q", "variance_shown * q"),
    "prop_soft": ("2%:R * p * (1 - p) * (1 - M (part u) u)", "p * (1 - p) * (1 - M (part u) u)"),
    "lem_stratified": ("#|~: O|%:R / #|B|%:R * \\sum", "#|U|%:R / #|B|%:R * \\sum"),
    "lem_shared_strata": ("#|~: O s|%:R / #|B|%:R * \\sum", "#|U s|%:R / #|B|%:R * \\sum"),
}
"""For each file, a formula and a wrong one that replaces it."""

FURTHER = [
    ("thm_limit", "-> c0 = beta0 w F /\\ c =1 beta w F", "-> c0 = mean (exch w) F /\\ c =1 beta w F"),
    ("prop_ridge", "loss mu F b0 b + lambda * \\sum_j b j ^+ 2", "loss mu F b0 b - lambda * \\sum_j b j ^+ 2"),
    ("prop_equivalence", "(T - \\sum_l drop l) / (p (~: [set j]) * harmonic)", "(T - \\sum_l drop l) / d%:R"),
    (
        "prop_keep_one",
        "(T - \\sum_l (alone l - F set0)) / (p [set j] * \\sum_l",
        "(T - \\sum_l alone l) / (p [set j] * \\sum_l",
    ),
    ("prop_one_ranking", "(gamma i - gamma j) / (Delta d w + lambda)", "(gamma i - gamma j) / Delta d w"),
    ("prop_ratio", "r' * average (fun u => Y u * N' u)", "r * average (fun u => Y u * N' u)"),
    ("prop_soft", "M j u * (lambda u * (xi u - xib u))", "M j u * (lambda u * xi u)"),
    ("lem_stratified", "\\sum_u g O u + \\sum_(u in O)", "\\sum_(u in ~: O) g O u + \\sum_(u in O)"),
    ("lem_shared_strata", "m%:R * (P s / p s) * of_size f s", "m%:R * P s * of_size f s"),
]
"""The same for further formulas."""

WRONG = [*((name, *pair) for name, pair in MUTANTS.items()), *FURTHER]


@pytest.fixture(scope="session")
def compiled():
    return compile_all()


@pytest.fixture(scope="session")
def verdicts(compiled):
    return verdict.verify()


@needs_coq
@pytest.mark.slow
def test_every_file_compiles(compiled):
    assert {name: file.problem for name, file in compiled.items() if file.problem} == {}
    assert sum(file.seconds for file in compiled.values()) < 2 * 300


@needs_coq
@pytest.mark.slow
def test_every_theorem_rests_on_no_axiom(verdicts):
    assert {label: (v.axioms, v.problem) for label, v in verdicts.items() if v.axioms or v.problem} == {}
    assert set(verdicts) == set(FORMAL) and all(v.established and v.seconds > 0 for v in verdicts.values())


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_wrong_statements_are_rejected(part, compiled, tmp_path):
    """Coq loads its libraries once for half of them; a file that fails leaves nothing behind for the right one."""
    contents = {}
    for number, (name, right, wrong) in enumerate(WRONG[part::2]):
        content = (SOURCES / f"{name}.v").read_text(encoding="utf-8")
        assert content.count(right) >= 1
        contents[f"{name}_{number}"] = content.replace(right, wrong)
    contents["right"] = (SOURCES / "prop_linear.v").read_text(encoding="utf-8")
    errors = errors_of(contents, tmp_path)
    assert set(errors) == set(contents) - {"right"}
    assert not [error for error in errors.values() if "Syntax error" in error or "physical path" in error], errors


@needs_coq
@pytest.mark.slow
def test_an_axiom_is_noticed(compiled, tmp_path):
    """The output of Print Assumptions is read for a file that was compiled without the check of its words."""
    (tmp_path / "bold.v").write_text(
        "Axiom wish : 1 = 2.\nTheorem bold : 2 = 1. Proof. exact (eq_sym wish). Qed.\n"
        "Theorem sound : 1 = 1. Proof. reflexivity. Qed.\n"
    )
    assert coq([*program("compile"), "-q", "-R", ".", PREFIX, "bold.v"], tmp_path).returncode == 0
    names = ("bold.bold", "bold.sound", "bold.absent")
    found = verdict.axioms_of(names, {"bold": Compiled(0.1)}, tmp_path)
    assert found == {"bold.bold": ("bold.wish",), "bold.sound": (), "bold.absent": ("not found",)}


@pytest.mark.slow
@needs_coq
def test_an_axiom_under_another_name_fails_its_label(monkeypatch, tmp_path):
    (tmp_path / "bold.v").write_text("Hypothesis wish : 1 = 2. Theorem bold : 2 = 1. exact (eq_sym wish). Qed.\n")
    monkeypatch.setattr(verdict, "FORMAL", {"thm:bold": ("bold.bold",)})
    found = verdict.verify(tmp_path, tmp_path / "build")["thm:bold"]
    assert (found.axioms, found.problem, found.established) == (("bold.wish",), "rests on bold.wish", False)


@needs_coq
@pytest.mark.parametrize("word", ["Admitted.", "admit.", "Axiom a : False.", "Parameter a : nat.", "Conjecture a : 1."])
def test_an_unproved_statement_is_noticed(word, tmp_path):
    (tmp_path / "bold.v").write_text(f"(* no Axiom here *) Theorem bold : 1 = 2. Proof. {word}\n")
    result = compile_one("bold", tmp_path, tmp_path / "build")
    assert result.problem == f"bold.v contains {re.match('[A-Za-z]+', word)[0]}; every theorem must be proved"


@needs_coq
def test_a_file_whose_import_fails_is_not_established(tmp_path):
    (tmp_path / "base.v").write_text("Theorem base : 1 = 2. Proof. reflexivity. Qed.\n")
    (tmp_path / "next.v").write_text(f"From {PREFIX} Require Import base.\n")
    results = compile_all(tmp_path, tmp_path / "build")
    assert "Unable to unify" in results["base"].problem
    assert results["next"].problem == f"imports base, which is not compiled: {results['base'].problem}"


@needs_coq
def test_the_first_cause_is_named_along_a_chain_of_imports(tmp_path):
    (tmp_path / "last.v").write_text(f"From {PREFIX} Require Import next.\n")
    (tmp_path / "next.v").write_text(f"From {PREFIX} Require Import base.\n")
    problem = compile_all(tmp_path, tmp_path / "build")["last"].problem
    assert problem == "imports base, which is not compiled: it is missing"


@needs_coq
def test_compiled_files_are_kept_until_they_change(tmp_path):
    source, build = tmp_path / "base.v", tmp_path / "build"
    source.write_text("Theorem base : 1 = 1. Proof. reflexivity. Qed.\n")
    assert not compile_all(tmp_path, build)["base"].problem
    written = (build / "base.vo").stat().st_mtime_ns
    assert not compile_all(tmp_path, build)["base"].problem and (build / "base.vo").stat().st_mtime_ns == written
    source.write_text("Theorem base : 1 = 2. Proof. reflexivity. Qed.\n")
    assert compile_all(tmp_path, build)["base"].problem


def test_each_label_has_a_file_with_its_statement_on_top():
    for label, theorems in FORMAL.items():
        name = label.replace(":", "_").replace("-", "_")
        content = (SOURCES / f"{name}.v").read_text(encoding="utf-8")
        assert content.startswith(f"(* {label}.")
        assert all(theorem.split(".")[0] == name for theorem in theorems)
        assert all(re.search(rf"^(Theorem|Lemma) {theorem.split('.')[1]}\b", content, re.M) for theorem in theorems)


def test_every_file_is_in_order_and_serves_a_label():
    order = in_order()
    assert order.index("design") < order.index("lem_alpha") < order.index("thm_limit") < order.index("prop_leaf")
    stated = {theorem.split(".")[0] for theorems in FORMAL.values() for theorem in theorems}
    assert set(order) - stated == {"design", "order", "sums"}


@needs_coq
def test_a_library_that_is_missing_is_named_with_what_to_install(tmp_path):
    (tmp_path / "base.v").write_text("From mathcomp Require Import no_such_library.\n")
    problem = compile_all(tmp_path, tmp_path / "build")["base"].problem
    assert "no_such_library" in problem and problem.endswith(INSTALL)


@pytest.mark.parametrize(("installed", "command"), [({"rocq", "coqc"}, ["rocq", "compile"]), ({"coqc"}, ["coqc"])])
def test_rocq_is_used_where_it_is_installed(installed, command, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: name if name in installed else None)
    assert program("compile") == command and coq_available()


def test_neither_name_of_the_compiler_is_found(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert not coq_available()


def test_without_coq_one_line_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("proofs_check.formal.__main__.coq_available", lambda: False)
    assert main() == 2
    assert capsys.readouterr().err == f"Coq is not installed: {INSTALL}\n"


def test_without_a_library_one_line_says_what_to_install(monkeypatch, capsys):
    bad = verdict.FormalVerdict("thm:limit", ("thm_limit.limit_formula",), (), 1.0, f"no mathcomp: {INSTALL}")
    monkeypatch.setattr("proofs_check.formal.__main__.coq_available", lambda: True)
    monkeypatch.setattr("proofs_check.formal.__main__.verify", lambda: {"thm:limit": bad})
    assert main() == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"no mathcomp: {INSTALL}\n")


def test_a_problem_fails_the_run(monkeypatch, capsys):
    bad = verdict.FormalVerdict("thm:limit", ("thm_limit.limit_formula",), ("wish",), 1.0, "rests on wish")
    monkeypatch.setattr("proofs_check.formal.__main__.coq_available", lambda: True)
    monkeypatch.setattr("proofs_check.formal.__main__.verify", lambda: {"thm:limit": bad})
    assert main() == 1 and "rests on wish" in capsys.readouterr().out
    assert table([bad])[1].startswith("thm:limit")


def errors_of(contents, folder):
    """What Coq's toplevel says of those files that it rejects, of some by name, which import the right ones."""
    lines = [
        "From mathcomp Require all_ssreflect all_algebra ring zify.",
        f"From {PREFIX} Require {' '.join(in_order())}.",
    ]
    for name, content in contents.items():
        (folder / f"{name}.v").write_text(content, encoding="utf-8")
        lines.append(f'Load "{name}".')
    command = [*program("top"), "-q", "-quiet", "-w", "-all", "-R", str(BUILD), PREFIX]
    said = coq(command, folder, "\n".join([*lines, ""])).stderr
    return dict(re.findall(r'^> Load "(\w+)"\.\n> \^+\n(Error:.*)', said, re.MULTILINE))
