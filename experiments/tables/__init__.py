"""Every value of a network for the masks of a photograph, for experiments that need exact limits."""
