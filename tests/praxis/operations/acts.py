"""What is killed in the middle: acts of an editor as a browser sends them, one process each."""

import json
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document

from curriculum.models import Course
from people.models import User
from tests.editor import admin_url, form_on, with_row
from tests.praxis.operations.forks import arm

EDITOR = "editor@example.org"
NEW_UNIT = {
    "code": "fresh",
    "title": "New unit",
    "hours": "3",
    "delivery_method": "lecture",
    "content_category": "",
    "practice_fraction": "",
    "themes": "",
    "case": "",
    "performance_level": "",
    "lecturer_type": "",
    "summary": "",
    "outcomes": "",
}


def _signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.get(email=EDITOR))
    return client


def _again(cookies: dict[str, str]) -> Client:
    client = Client()
    client.cookies.load(cookies)
    return client


def _cookies(client: Client) -> dict[str, str]:
    return {name: cookie.value for name, cookie in client.cookies.items()}


def sign_in(file: str) -> None:
    """Sign in before anything is killed: signing in leaves rows of its own."""
    Path(file).write_text(json.dumps(_cookies(_signed_in())))


def prepare(file: str) -> None:
    """Open a course as a browser does: change it and one of its units, delete another, and add a third."""
    client, course = _signed_in(), Course.objects.get(code="killed")
    url = admin_url(course, "edit")
    data = form_on(client.get(url))
    data |= {"title": "New", "units-0-title": "New first unit", "units-1-DELETE": "on"}
    with_row(data, "units", **NEW_UNIT)
    Path(file).write_text(json.dumps({"url": url, "data": data, "cookies": _cookies(client)}))


def save(file: str, *actions: str) -> None:
    """Send the form, and so save the draft."""
    form = json.loads(Path(file).read_text())
    client = _again(form["cookies"])
    arm()
    response = client.post(form["url"], form["data"] | dict.fromkeys(actions, "on"))
    assert response.status_code == 302, response.content.decode()


def publish(file: str) -> None:
    """Send the form with the button that publishes."""
    save(file, "action-publish")


def upload(file: str) -> None:
    """Upload a document."""
    client = _again(json.loads(Path(file).read_text()))
    content = SimpleUploadedFile("killed.txt", b"the whole file " * 5000)
    arm()
    response = client.post(
        reverse("wagtaildocs:add"), {"title": "Killed", "file": content, "collection": "1"}
    )
    assert response.status_code == 302, response.content.decode()
    assert Document.objects.get(title="Killed").file.size == 75_000
