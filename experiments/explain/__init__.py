"""A saved run of `limetheory explain` on the photograph that scikit-image ships."""
