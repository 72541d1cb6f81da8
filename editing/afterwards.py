"""What happens outside the database once a change is committed, and cannot undo or break it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction


def after_commit(function: Callable[..., Any], *args: Any) -> None:
    """Call a function after the commit; an error is logged, and what was committed stays."""

    def run() -> None:
        # Django logs an error under the name of the function, which a `partial` does not have.
        function(*args)

    transaction.on_commit(run, robust=True)
