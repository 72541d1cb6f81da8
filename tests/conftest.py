import os
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")


def missing(service: str) -> None:
    """A service that a test needs is not there: skip at a desk, fail in continuous integration."""
    if os.environ.get("CI"):
        pytest.fail(f"{service} is missing, and continuous integration must have it.")
    pytest.skip(f"{service} is not installed here.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what is marked for it: hostile files, long property runs and browsers run once.

    Tests that commit put back what the migrations made: one that does not leaves the next without groups.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    if not os.environ.get("PRAXIS_TEST_DATABASE_URL", "").startswith("postgres"):
        return
    chosen = [item for item in items if item.get_closest_marker("database")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen
