"""Every value of a network on the masks of a photograph, for the experiments that need exact limits."""
