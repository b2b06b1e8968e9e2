"""Sessions as files: a zip archive of plain data, written from a session and opened into one with care."""
