"""Log lines that can be found again: each names the request, task or command that it belongs to.

In production a line is one JSON object: time, level, logger, message, request_id, and, inside a request, user
(the account's number), method and path; the line that ends a request adds status and ms. There are no query
strings, no names, no e-mail addresses and no secrets in them.
"""

import json
import logging
import re
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django_tasks import TaskResult
from django_tasks.signals import task_enqueued, task_finished, task_started

from praxis.operations.redaction import without_personal_data

logger = logging.getLogger("praxis.tasks")
SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
SECRET_ARGUMENTS = frozenset({"token", "uidb64", "key", "signature", "secret"})
HIDDEN = "..."
PROCESS_ID = uuid.uuid4().hex[:12]
"""Stands in lines that belong to no request, task or job: those of a command, or of a server that starts."""


@dataclass(slots=True)
class Context:
    """What a line belongs to."""

    request_id: str
    request: HttpRequest | None = None
    outer: "Context | None" = None


_context: ContextVar[Context | None] = ContextVar("praxis_log_context", default=None)


def new_id() -> str:
    """An identifier that nobody can guess the next of."""
    return uuid.uuid4().hex


def current_id() -> str:
    """The identifier of what is being done now."""
    context = _context.get()
    return context.request_id if context else PROCESS_ID


@contextmanager
def identified(name: str, request: HttpRequest | None = None) -> Iterator[None]:
    """Have every line of this block bear the name."""
    token = _context.set(Context(name, request))
    try:
        yield
    finally:
        _context.reset(token)


def connect_tasks() -> None:
    """Have every line of a background task bear the task's number; enqueueing logs the same number."""
    task_enqueued.connect(_task_enqueued, dispatch_uid="praxis-logs-enqueued")
    task_started.connect(_task_begins, dispatch_uid="praxis-logs-begin")
    task_finished.connect(_task_ends, dispatch_uid="praxis-logs-end")


def _task_enqueued(sender: Any, task_result: TaskResult[Any], **kwargs: Any) -> None:
    logger.info("Enqueued %s as task-%s", task_result.task.module_path, task_result.id)


def _task_begins(sender: Any, task_result: TaskResult[Any], **kwargs: Any) -> None:
    _context.set(Context(f"task-{task_result.id}", outer=_context.get()))


def _task_ends(sender: Any, task_result: TaskResult[Any], **kwargs: Any) -> None:
    context = _context.get()
    _context.set(context.outer if context else None)


def account_of(request: HttpRequest) -> str:
    """The number of the account, if the answer has needed it; never asks the database."""
    session = getattr(request, "session", None)
    if session is None or not session.accessed:
        return ""
    return str(session.get(SESSION_KEY, ""))


def path_of(request: HttpRequest) -> str:
    """The path, with the secrets of a reset or an invitation hidden."""
    if not request.resolver_match:
        return request.path
    arguments = request.resolver_match.kwargs.items()
    secrets = {str(value) for name, value in arguments if name in SECRET_ARGUMENTS}
    return "/".join(HIDDEN if part in secrets and part else part for part in request.path.split("/"))


class ContextFilter(logging.Filter):
    """Puts the context on each record as `request_id`, `user`, `method` and `path`, and takes secrets out."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_id()
        context = _context.get()
        request = context.request if context else None
        if request is not None:
            record.user, record.method, record.path = account_of(request), request.method, path_of(request)
        return True


def message_of(record: logging.LogRecord) -> str:
    """The record's message without personal data and without the secrets of its request's path."""
    message = record.getMessage()
    context = _context.get()
    if context and context.request is not None:
        message = message.replace(context.request.path, path_of(context.request))
    return without_personal_data(message)


class LineFormatter(logging.Formatter):
    """Text for people at a desk: time, level, logger, identifier, message."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{request_id:.12}]: {message}", style="{")


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; absent fields are left out."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
        }
        for name in ("request_id", "user", "method", "path", "status", "ms"):
            value = getattr(record, name, "")
            if value not in ("", None):
                line[name] = value
        if record.exc_info and record.exc_info[1] is not None:
            text = "".join(traceback.format_exception(record.exc_info[1]))
            line["traceback"] = without_personal_data(text)
        return json.dumps(line, ensure_ascii=False, default=str)
