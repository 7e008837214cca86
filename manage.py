#!/usr/bin/env python
"""Octavo's command line: `python manage.py help` lists what it can do."""

import sys

from django.core.management import execute_from_command_line

from settings.env import choose_settings

if __name__ == "__main__":
    choose_settings()
    execute_from_command_line(sys.argv)
