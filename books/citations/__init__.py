"""Matching citations: which stored books a title, an author, an ISBN, a language and a year may mean."""

from books.citations.matching import Match, matches
from books.citations.scoring import Citation, Described, Score, score

__all__ = ["Citation", "Described", "Match", "Score", "matches", "score"]
