from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


@contextmanager
def without_query_log() -> Iterator[None]:
    """A block in which Django does not keep the text of every statement, as it does while developing."""
    debug = settings.DEBUG
    settings.DEBUG = False
    try:
        yield
    finally:
        settings.DEBUG = debug
