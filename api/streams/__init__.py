"""Whole lists as streams: every row of a filtered list, in a format that needs no page."""
