"""The page of `limetheory app`: LIME of photographs in the browser, with parts chosen by hand and with intervals."""
