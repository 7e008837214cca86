"""Octavo as its clients' own tools see it: linters, a browser, a generated client. Run by `make test-clients`."""
