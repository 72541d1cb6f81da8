#!/usr/bin/env python
"""Runs Django's commands with the development settings unless the environment names others."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praxis.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
