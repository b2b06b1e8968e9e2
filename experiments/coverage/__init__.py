"""Coverage of 95 % intervals over a grid of designs, samplings, sizes and set functions that is extreme on purpose."""
