"""The statements of limetheory, each with a symbolic proof that a machine repeats.

    python -m proofs_check                   label | how established | time
    python -m proofs_check --json FILE       the same as data; both exit 1 on anything not established
    python -m proofs_check --tex FILE        paper/statements.tex
    python -m proofs_check --markdown FILE   paper/README.md

One file per statement in `statements/`. A proof is a list of SymPy expressions that simplify to exactly 0
with d (and k, a, b, p, …) as symbols; the same prover must reject the wrong variants listed beside it.

| module | idea |
|---|---|
| statement.py | a statement, its claim, its proof and its mutants |
| notation.py | the symbols: d, k, α_0, α_1, α_2, Γ_j and what follows from them |
| sizes.py | sums over sizes k as linear functionals: identities need only be shown kernel by kernel |
| arrow.py | matrices [a, b 1ᵀ; c 1, e I + f J] for symbolic d |
| registry.py | every statement, in reading order |
| document.py | paper/ written from the registry |
"""
