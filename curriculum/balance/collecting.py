"""Work that makes many objects and drops none, without Python looking for garbage in between."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector off, and put it back as it was, whatever happens inside.

    A thousand layouts and their reports are some million objects, all of them in use. Looking through them
    again and again while they are made takes half of the time, and so they leave the block as old objects,
    which are looked through seldom. Where the block is nested, or two threads are inside at once, the
    collector may come back early: that costs time and nothing else.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                # To the permanent generation and back: from there everything comes back as old.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
