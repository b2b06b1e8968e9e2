"""The statements of limetheory, each established by machine in up to three ways.

    python -m proofs_check                   label | how established | time
    python -m proofs_check thm:limit         one statement, with the files and findings of its checks
    python -m proofs_check --refute 60       search for counterexamples too, for a minute
    python -m proofs_check --json FILE       the same as data; all exit 1 on anything not established
    python -m proofs_check --tex FILE        paper/statements.tex
    python -m proofs_check --markdown FILE   paper/README.md

PROVED: SymPy expressions that simplify to exactly 0 with d (and k, a, b, p, …) as symbols. CERTIFIED: the same
formulas on exact random instances against brute force over all 2^d masks, and ball arithmetic for real kernels. FORMAL:
theorems that the Coq kernel accepts. Every statement lists wrong variants, and both the prover and the instances must
reject each of them. HYPOTHESES: dropped one by one, and the claim must fail without each. LIBRARY: what limetheory
returns in float64 on the instances agrees with the exact rationals. Anything that no method establishes, or that a
method refutes, is UNKNOWN.

| module | idea |
|---|---|
| statement.py | a statement, its claim, its proof, its instances and its mutants |
| notation.py | the symbols: d, k, α_0, α_1, α_2, Γ_j and what follows from them |
| sizes.py | sums over sizes k as linear functionals: identities need only be shown kernel by kernel |
| arrow.py | matrices [a, b 1ᵀ; c 1, e I + f J] for symbolic d |
| exact.py | the value of a claim's formula, and linear systems, in exact rationals |
| brute.py | sums over all 2^d masks from the definitions: the oracle of every instance |
| drawn.py | random exact rationals, with zeros and extremes |
| world.py | an instance of most statements: an exchangeable design and a set function |
| certify.py | a claim on instances that satisfy the assumptions |
| needed.py | the claim must fail without each of its hypotheses |
| library.py | what limetheory returns on an instance, beside exact numbers |
| accuracy.py | those numbers held to the accuracy that limetheory promises |
| stratified.py, every_sample.py | all samples of lem:stratified, and limetheory's answers to all of them |
| shared.py, every_shared_sample.py | the same of lem:shared-strata, where sizes share a stratum |
| ranking.py | attributions by their definitions, the order they give, and a score of that order |
| ratios.py | instances of prop:ratio: any law of masks, with all samples of a few of them |
| soft.py | instances of prop:soft: a linear model of pixels under soft masks |
| clauses/ | the clauses of each statement, and what shows each of them |
| refute.py | a search for counterexamples by hypothesis |
| statements/ | one file per statement, named by its label |
| balls/ | certificates in ball arithmetic, by label |
| formal/ | Coq files, by label |
| peers.py | what balls/ and formal/ hold under a label |
| registry.py | every statement, in reading order, and what is awaited |
| methods.py | the methods, each run against the clock |
| verdict.py | their outcomes joined by label |
| table.py | the verdicts as text and as data |
| document.py | paper/ written from the registry |
| pages.py | the pages of docs/statements, likewise |
"""
