"""Keeps a connection to the database open, as a worker does, until it is ended."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from people.models import User

    User.objects.count()
    print("held", flush=True)
    sys.stdin.read()
