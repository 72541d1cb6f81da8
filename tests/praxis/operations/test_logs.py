"""Log lines: one JSON object each, found again by an identifier, with nothing private in them."""

import json
import logging
import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django_tasks import task

from praxis.middleware import request_ids
from praxis.operations.logs import (
    PROCESS_ID,
    ContextFilter,
    JsonFormatter,
    LineFormatter,
    current_id,
    identified,
)
from praxis.urls import urlpatterns as praxis_urls
from tests.factories import UserFactory

logger = logging.getLogger("tests.logs")


def broken(request):
    raise ValueError("Ada <ada@example.org> broke it")


def quiet(request, uidb64, token):
    logger.warning("At %s", request.path)
    return HttpResponse("ok")


urlpatterns = [
    path("broken/", broken),
    path("quiet/<uidb64>/<token>/", quiet),
    *praxis_urls,
]
handler500 = "praxis.operations.views.server_error"


class Lines(logging.Handler):
    """Keeps what a formatter makes of each record."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.addFilter(ContextFilter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def objects(self) -> list[dict[str, object]]:
        """The lines as what they describe."""
        return [json.loads(line) for line in self.lines]

    @property
    def request(self) -> dict[str, object]:
        """The one line that ended a request."""
        (line,) = [line for line in self.objects if line["logger"] == "praxis.requests"]
        return line


@pytest.fixture
def log():
    """What production would write."""
    handler = Lines(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


@pytest.mark.django_db
def test_a_request_is_one_line_and_the_answer_bears_its_identifier(client, log):
    response = client.get("/en/library/", {"q": "a private question"})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-ID"])
    line = log.request
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert (line["method"], line["path"], line["status"], line["level"]) == (
        "GET",
        "/en/library/",
        200,
        "INFO",
    )
    assert line["ms"] >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert "user" not in line
    assert "private question" not in "\n".join(log.lines)
    assert all("\n" not in text for text in log.lines)


@pytest.mark.django_db
def test_the_account_is_a_number_and_costs_no_query(client, log, django_assert_num_queries):
    user = UserFactory(email="ada@example.org", name="Ada Private", is_superuser=True)
    client.force_login(user)
    log.lines.clear()
    client.get("/admin/")
    assert log.request["user"] == str(user.pk)
    assert "Private" not in "\n".join(log.lines)
    assert "ada@" not in "\n".join(log.lines)
    request = RequestFactory().get("/")
    request.session = SessionStore("a-session-that-nobody-has-looked-at")
    with django_assert_num_queries(0):
        request_ids(lambda request: HttpResponse())(request)


@pytest.mark.parametrize(
    ("behind_proxy", "given", "kept"),
    [
        (True, "4f1c0e8a9b3d4c5e8f7a6b5c4d3e2f1a", True),
        (True, "short", False),
        (True, "x" * 65, False),
        (True, 'abcdefgh"}\n{"level":"x', False),
        (False, "4f1c0e8a9b3d4c5e8f7a6b5c4d3e2f1a", False),
    ],
)
def test_only_our_proxy_may_name_a_request_and_only_harmlessly(settings, behind_proxy, given, kept):
    settings.PRAXIS_BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    response = request_ids(lambda request: HttpResponse())(request)
    assert (response.headers["X-Request-ID"] == given) == kept


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_error_page_names_its_lines_in_the_log(log):
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    identifier = response.headers["X-Request-ID"]
    assert identifier in response.content.decode()
    errors = [line for line in log.objects if line["level"] == "ERROR"]
    assert {line["request_id"] for line in errors} == {identifier}
    (with_traceback,) = [line for line in errors if "traceback" in line]
    assert "ValueError" in with_traceback["traceback"]
    assert "ada@example.org" not in "\n".join(log.lines)


@pytest.mark.urls(__name__)
def test_secrets_of_an_address_are_hidden(client, log):
    client.get("/quiet/MQ/c0ffee-0123456789abcdef/")
    assert log.request["path"] == "/quiet/.../.../"
    assert "c0ffee" not in "\n".join(log.lines)
    assert len(log.lines) == 2


def test_lines_outside_of_requests_bear_the_process_or_the_job(log):
    logger.warning("alone")
    with identified("due-reminders"):
        logger.warning("inside")
    assert [line["request_id"] for line in log.objects] == [PROCESS_ID, "due-reminders"]


def test_rows_that_the_database_quotes_stay_out(log):
    logger.error("it failed\nDETAIL:  Key (email)=(x) exists\npostgresql://ada:word@db.example.org/praxis")
    (line,) = log.objects
    assert "Key" not in line["message"]
    assert "word" not in line["message"]


@task()
def tell() -> str:
    """Says under which identifier it runs."""
    logger.warning("from the task")
    return current_id()


def test_a_task_has_an_identifier_of_its_own(settings, log):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    with identified("the-request-that-asked"):
        result = tell.enqueue()
        assert current_id() == "the-request-that-asked", "afterwards the request goes on"
    assert result.return_value == f"task-{result.id}"
    (line,) = [line for line in log.objects if line["message"] == "from the task"]
    assert line["request_id"] == f"task-{result.id}"


def test_at_a_desk_a_line_is_text():
    handler = Lines(LineFormatter())
    handler.handle(logger.makeRecord("a", logging.INFO, "f", 1, "told", (), None))
    (line,) = handler.lines
    assert line.endswith(f"INFO a [{PROCESS_ID}]: told")
