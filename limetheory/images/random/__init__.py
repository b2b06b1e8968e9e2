"""Images whose hidden pixels are drawn anew for each mask, and the random set function of a model at one."""
