"""Images whose hidden superpixels are left out of a vision transformer's input, patch by patch."""
