"""How many evaluations are needed: the guaranteed bound, the central limit theorem and simulation (thm:bound)."""
