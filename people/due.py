"""What the clock brings: apps register jobs in `ready()`, and `manage.py run_due` runs each of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType


class PartlyDone(Exception):
    """A job did some things and failed at others, which it has rolled back one by one.

    `done` counts what it did; `failures` are the errors, each logged by the job with what it concerned.
    """

    def __init__(self, done: int, failures: Sequence[Exception]) -> None:
        super().__init__(f"{len(failures)} failed, {done} done; the first failure: {failures[0]!r}")
        self.done = done
        self.failures = failures


@dataclass(frozen=True, slots=True)
class DueJob:
    """A job: called with the present moment it returns how many things it did.

    It is idempotent: called again at once it does nothing more. `atomic`: whether one transaction holds all.
    """

    name: str
    function: Callable[[datetime], int]
    atomic: bool = True

    def __call__(self, now: datetime) -> int:
        return self.function(now)


_jobs: dict[str, DueJob] = {}


def register_due(name: str, function: Callable[[datetime], int], *, atomic: bool = True) -> None:
    """Have `function` run by every `run_due`, under a short name such as "reminders".

    It runs in one transaction; with `atomic=False` it commits for itself, one thing at a time.
    Raises ValueError when another function has that name.
    """
    job = DueJob(name, function, atomic)
    if _jobs.setdefault(name, job) != job:
        raise ValueError(f"Two jobs are called {name!r}; give each its own name.")


def due_jobs() -> Mapping[str, DueJob]:
    """Return the registered jobs by name, in the order of their registration."""
    return MappingProxyType(_jobs)
