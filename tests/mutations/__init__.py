"""Deliberate bugs, one list a room, each with the test that must notice it (tests/mutations/test_mutations.py)."""
