"""make bench: Octavo beside its peers, on one database, in turns."""
