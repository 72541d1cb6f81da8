"""Compiles translations without gettext: `python -m tests.catalogues` writes a `.mo` beside every `.po`."""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def catalogues() -> list[Path]:
    """Every catalogue of the project."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


if __name__ == "__main__":
    for path in catalogues():
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
        print(path.relative_to(LOCALE.parent))
