"""Versions: what is installed, and the floors below which an installation must not run.

The floors are the first releases without the faults that were found when Praxis was planned; a test of the
build and the health page both hold them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata

FLOORS: Mapping[str, str] = {
    "Django": "5.2.19",
    "wagtail": "8.0.1",
    "django-treebeard": "5.3.1",
    "modelsearch": "1.3.2",
    "pypdf": "6.16.1",
    "Pillow": "13.0",
    "Willow": "1.12",
}
OPTIONAL = frozenset({"pypdf"})
"""Packages that are held to their floor only where they are installed."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A package below its floor; `installed` is empty when it is missing."""

    package: str
    installed: str
    floor: str

    def __str__(self) -> str:
        return f"{self.package} {self.installed or 'is missing'}: {self.floor} or newer is needed"


def installed_version(package: str) -> str:
    """The installed version of a package, or an empty text."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def installed_versions(packages: Iterable[str] = FLOORS) -> dict[str, str]:
    """The installed versions of these packages; empty texts for those that are missing."""
    return {package: installed_version(package) for package in packages}


def shortfalls(installed: Mapping[str, str], floors: Mapping[str, str] = FLOORS) -> list[Shortfall]:
    """Every package of `floors` that is older than its floor, or missing although it is needed."""
    found = []
    for package, floor in floors.items():
        version = installed.get(package, "")
        if not version and package in OPTIONAL:
            continue
        if not version or _order(version) < _order(floor):
            found.append(Shortfall(package, version, floor))
    return found


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    """What to compare by: the numbers without trailing zeros, and whether it is final."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in match.group().split(".")] if match else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), not re.search(r"(a|b|rc|\.?dev)\d*", version)
