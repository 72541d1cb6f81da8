"""The pages for import and export as a person uses them, with the worker's part done at once."""

import json
from typing import Any

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from curriculum.models import ImportRun
from curriculum.tasks import check_import, write_import

IMPORT, EXPORT = "/admin/exchange/import/", "/admin/exchange/export/"


def as_file(*records: object) -> bytes:
    """Records as JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def send(client: Client, content: bytes, name: str = "records.jsonl", kind: str = "content") -> Any:
    """The answer to an upload."""
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content), "kind": kind})


def upload(client: Client, *records: object, **options: Any) -> ImportRun:
    """A run that waits to be checked."""
    response = send(client, as_file(*records), **options)
    assert response.status_code == 302, page(response).find(class_="praxis-problem")
    return ImportRun.objects.get(pk=response.url.rstrip("/").rpartition("/")[2])


def checked(client: Client, *records: object, **options: Any) -> ImportRun:
    """A run that was checked."""
    run = upload(client, *records, **options)
    check_import.call(str(run.pk))
    run.refresh_from_db()
    return run


def press(client: Client, run: ImportRun, action: str) -> ImportRun:
    """Press a button of a run."""
    response = client.post(reverse(f"exchange_import_{action}", args=[run.pk]))
    assert response.status_code == 302
    run.refresh_from_db()
    return run


def imported(client: Client, run: ImportRun) -> ImportRun:
    """Confirm a run, and have it written."""
    press(client, run, "write")
    write_import.call(str(run.pk))
    run.refresh_from_db()
    return run


def page(response: Any) -> BeautifulSoup:
    """The page of an answer."""
    return BeautifulSoup(response.content, "html.parser")


def look(client: Client, run: Any, query: str = "") -> BeautifulSoup:
    """The page of a run."""
    kind = "import" if isinstance(run, ImportRun) else "export"
    response = client.get(reverse(f"exchange_{kind}_run", args=[run.pk]) + query)
    assert response.status_code == 200
    return page(response)


def text_of(soup: Any) -> str:
    """The text of a page with single spaces."""
    return " ".join(soup.find(class_="praxis-exchange").get_text(" ").split())


def buttons(soup: Any) -> list[str]:
    """What can be pressed on a page."""
    return [button.get_text(strip=True) for button in soup.select(".praxis-exchange button")]
