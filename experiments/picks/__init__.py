"""Submodular picks beside lime 0.2.0.1's `SubmodularPick`: the same instances, and how long they take."""
