import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

FILL = """
import sys
from benchmarks.scratch import engine, scratch_site
with scratch_site(*sys.argv[1:]) as folder:
    from pathlib import Path
    from themes.models import Theme
    Theme.objects.create(code="a", name="a", slug="a", label_en="A")
    print(Path(folder).is_dir(), Theme.objects.count(), engine().split()[0])
"""


def filled(*arguments):
    """Fill a scratch database in a process of its own, which Django allows only one."""
    command = [sys.executable, "-c", FILL, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_a_benchmark_fills_a_database_that_is_empty(tmp_path):
    named = tmp_path / "named.sqlite3"

    assert filled(f"sqlite:///{named}").stdout == "True 1 SQLite\n"
    with closing(sqlite3.connect(named)) as database:
        assert database.execute("SELECT code FROM themes_theme").fetchall() == [("a",)]


@pytest.mark.parametrize("settings", ["praxis.settings.test", "praxis.settings.dev"])
def test_a_benchmark_leaves_a_database_with_content_alone(tmp_path, settings):
    named = tmp_path / "named.sqlite3"
    with closing(sqlite3.connect(named)) as database:
        database.execute("CREATE TABLE precious (code TEXT)")

    refused = filled(f"sqlite:///{named}", settings)

    assert "The database is not empty." in refused.stderr
    assert refused.returncode == 1
    with closing(sqlite3.connect(named)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("precious",)]
