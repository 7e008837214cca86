"""The views of editors: batches, merges, duplicates."""
