"""The libraries that can be audited: one file for each, which needs NumPy and the library alone, and one row below.

The file is run by its path in a process of its own, which may belong to another environment. It has `PACKAGES`, whose
versions are reported, and `SUBJECTS`, functions (F, d, n, seed, options) → d coefficients by the name of the method. F
is a set function, (n, d) bool → (n,). The options are those of `limetheory.audit.questions.OPTIONS`.
"""
