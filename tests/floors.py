"""Holds the floors of versions: `python -m tests.floors`, and `python -m tests.floors --canary`.

The first compares what is installed, and what the constraints would install, with the floors. The second does
the same for a listing that is known to be bad, and fails unless every fault in it is reported: a guard that
has fallen asleep must not go unnoticed.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from praxis.operations.versions import FLOORS, installed_versions, shortfalls

CONSTRAINTS = Path("constraints.txt")
KNOWN_BAD = Path(__file__).parent / "known_bad_constraints.txt"
MUST_REPORT = {"Django", "wagtail", "django-treebeard", "modelsearch", "pypdf", "Pillow"}


def listed(path: Path) -> dict[str, str]:
    """The versions of a listing of constraints, under the names of the floors."""
    names = {_plain(name): name for name in FLOORS}
    pinned = re.findall(r"^([\w.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {names[_plain(name)]: version for name, version in pinned if _plain(name) in names}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def report(what: str, versions: Mapping[str, str]) -> int:
    """Print what lies below its floor; returns how many do."""
    found = shortfalls(versions)
    for item in found:
        print(f"{what}: {item}")
    return len(found)


def main(arguments: list[str]) -> int:
    """The exit code."""
    if arguments == ["--canary"]:
        reported = {item.package for item in shortfalls(listed(KNOWN_BAD))}
        if reported != MUST_REPORT:
            print(f"The guard of versions sleeps: it reported {sorted(reported)}, not {sorted(MUST_REPORT)}.")
            return 1
        return 0
    below = report("installed", installed_versions()) + report("constraints.txt", listed(CONSTRAINTS))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
