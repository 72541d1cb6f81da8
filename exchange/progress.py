"""A bar on a terminal that shows how far a long task has come."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30
EVERY = 0.1
"""Seconds between two drawings."""


class ProgressBar:
    """Draws one line again and again; silent unless ``shown``."""

    def __init__(self, stream: TextIO, shown: bool) -> None:
        self._stream = stream
        self._shown = shown
        self._drawn_at = 0.0
        self._label = ""

    def __call__(self, label: str, done: int, total: int) -> None:
        """Say how far the step called ``label`` has come, in any unit."""
        if not self._shown:
            return
        now = time.monotonic()
        if label == self._label and now - self._drawn_at < EVERY and done < total:
            return
        self._drawn_at = now
        if self._label and label != self._label:
            self._stream.write("\n")
        self._label = label
        share = min(1.0, done / total) if total else 1.0
        filled = round(share * WIDTH)
        self._stream.write(f"\r{label:<10} [{'#' * filled}{'.' * (WIDTH - filled)}] {share:4.0%}")
        self._stream.flush()

    def close(self) -> None:
        """Leave the line."""
        if self._label:
            self._stream.write("\n")
            self._label = ""
