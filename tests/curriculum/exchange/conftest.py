from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def exchange_root(tmp_path: Path, settings) -> Path:
    """The private folder of this test."""
    settings.PRAXIS_EXCHANGE_ROOT = tmp_path / "exchange"
    return settings.PRAXIS_EXCHANGE_ROOT
