"""`python -m benchmarks.generating --books N --seed S`, or `make catalogue BOOKS=N SEED=S`: fill a database."""

import sys

import django

from settings.env import choose_settings

choose_settings()
django.setup()

from benchmarks.generating.command import Command  # noqa: E402

Command().run_from_argv(["python -m", "benchmarks.generating", *sys.argv[1:]])
