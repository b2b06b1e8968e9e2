"""Coverage of 95 % intervals over a grid of designs, samplings, sizes and set functions chosen to be difficult."""
