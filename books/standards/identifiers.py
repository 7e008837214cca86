"""Schemes of identifiers: who gave a book a number."""

SINGLE_RECORD = frozenset({"gutenberg", "goodreads", "openlibrary", "oclc", "lccn", "wikidata", "asin"})
"""The schemes whose numbers each name a single record of a book. An ISBN is none: publishers give it twice."""
