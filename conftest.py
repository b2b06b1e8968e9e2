"""Every test run checks the shapes and types of arrays that the annotations promise."""

from jaxtyping import install_import_hook

from tests.shapes import arrays_only

install_import_hook("limetheory", f"{arrays_only.__module__}.{arrays_only.__name__}")
