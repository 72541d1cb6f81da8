"""One process that has loaded Praxis and forks a fresh one for every call: real processes, without the wait.

`main` reads a call a line (JSON) and answers each with its exit code and output.
A call names a function, the installation to run it in, and optionally a trap: the process then kills itself
with SIGKILL at the n-th step, or counts the steps.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

FILE_EVENTS = frozenset(
    {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.copyfileobj", "os.chmod"}
)


class Trap:
    """Counts steps and kills its own process at one of them, which no handler can catch."""

    current: "Trap | None" = None

    def __init__(self, at: int) -> None:
        self.at = at
        self.steps = 0
        self.is_armed = False
        Trap.current = self

    def step(self) -> None:
        """One more step; the last of this process if it is the one."""
        if not self.is_armed:
            return
        self.steps += 1
        if self.steps == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_statements(self) -> None:
        """A step for every statement that reaches the database, COMMIT included, just before it runs."""
        from django.db.backends.signals import connection_created

        def watch(connection: Any, **kwargs: Any) -> None:
            connection.connection.set_trace_callback(lambda statement: self.step())

        connection_created.connect(watch, weak=False)

    def watch_files(self, folder: str) -> None:
        """A step for every file below the folder that is opened, moved or removed, and every database."""

        def audit(event: str, arguments: tuple[Any, ...]) -> None:
            if event == "sqlite3.connect" or (
                event in FILE_EVENTS and any(str(argument).startswith(folder) for argument in arguments)
            ):
                self.step()

        sys.addaudithook(audit)


def arm() -> None:
    """Called by a function when what the trap is meant for begins."""
    if Trap.current:
        Trap.current.is_armed = True


def manage(*arguments: str) -> None:
    """A command of manage.py."""
    arm()
    from django.core.management import ManagementUtility

    ManagementUtility(["manage.py", *arguments]).execute()


def _enter(database_url: str, var: str) -> None:
    """Make the freshly forked process one of this installation."""
    from django.conf import settings
    from django.db import connections

    from praxis.settings import environment

    connections.databases["default"].update(environment.database(database_url))
    settings.PRAXIS_VAR_DIR = Path(var)
    settings.MEDIA_ROOT = Path(var) / "media"
    Path(var, "media").mkdir(parents=True, exist_ok=True)


def _child(call: dict[str, Any], out: int, err: int, counter: Path) -> None:
    os.dup2(out, 1)
    os.dup2(err, 2)
    code = 0
    try:
        _enter(call["database_url"], call["var"])
        module, _colon, name = call["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        trap = Trap(call["trap"]["at"]) if call["trap"] else None
        if trap and call["trap"]["folder"]:
            trap.watch_files(call["trap"]["folder"])
        elif trap:
            trap.watch_statements()
        try:
            function(*call["arguments"])
        finally:
            if trap:
                counter.write_text(str(trap.steps))
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _answer(call: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        counter = Path(folder, "steps")
        with open(Path(folder, "out"), "w+") as out, open(Path(folder, "err"), "w+") as err:
            pid = os.fork()
            if pid == 0:
                _child(call, out.fileno(), err.fileno(), counter)
            _pid, status = os.waitpid(pid, 0)
            out.seek(0)
            err.seek(0)
            return {
                "code": os.waitstatus_to_exitcode(status),
                "stdout": out.read(),
                "stderr": err.read(),
                "steps": int(counter.read_text()) if counter.exists() else 0,
            }


def main() -> None:
    """Answer until the input ends."""
    import django

    django.setup()
    # What every child would load again: addresses with their views, templates, commands.
    importlib.import_module("praxis.urls")
    importlib.import_module("praxis.operations.backup.restoring")
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)
