"""The comparison with Quantus needs the extra `peers` (Quantus asks for an OpenCV with a display)."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("quantus") else ["test_quantus.py"]
