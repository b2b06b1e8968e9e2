"""Names made safe to print, see `limetheory.shown_text`."""

from limetheory.shown_text import shown as shown
