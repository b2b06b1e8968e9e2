"""Who may ask the page, and what a browser may do with its answer."""
