"""Holds the coverage floors of what carries decisions: `python -m tests.coverage_floors` after the tests."""

import subprocess
import sys

# The balance engine, writes across models, joined reads, and files in and out.
FLOORS = {
    "curriculum/balance/*": 95,
    "*/actions.py": 95,
    "*/queries.py,*/queries/*": 95,
    "*/exchange/*,exchange/*": 95,
}


def main() -> int:
    """Report each part; returns 1 when one lies below its floor."""
    failed = 0
    for files, floor in FLOORS.items():
        command = [sys.executable, "-m", "coverage", "report", f"--include={files}", f"--fail-under={floor}"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if "No data to report" in result.stdout:
            continue
        total = result.stdout.strip().splitlines()[-2 if result.returncode == 2 else -1]
        print(f"{files}: {total} (floor {floor})")
        if result.returncode:
            print(result.stdout)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
