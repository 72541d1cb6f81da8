"""The admin as a person meets it: forms are read from the page, changed, and sent."""

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory


def signed_in(*roles: str, **fields: Any) -> Client:
    """A browser of a new person with these roles; the person is its `user`."""
    client = Client()
    client.user = UserFactory(roles=roles, **fields)
    client.force_login(client.user)
    return client


def admin_url(thing: Any, view: str, *args: Any) -> str:
    """The address of a view of a model's admin, or of one of its objects."""
    model = thing if isinstance(thing, type) else type(thing)
    args = args if isinstance(thing, type) else (thing.pk, *args)
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


def chooser_url(model: Any, view: str, *args: Any) -> str:
    """The address of a view of a model's chooser."""
    return reverse(model.snippet_viewset.chooser_viewset.get_url_name(view), args=args)


def form_on(response: Any) -> dict[str, Any]:
    """What a browser would send if somebody opened this page and saved at once."""
    assert response.status_code == 200, response
    form = BeautifulSoup(response.content, "html.parser").find("form", id="w-editor-form")
    for template in form.find_all("template"):
        template.decompose()
    data: dict[str, Any] = {}
    for field in form.find_all(["input", "select", "textarea"]):
        name = field.get("name")
        if not name or field.get("type") == "submit":
            continue
        if field.name == "textarea":
            # A browser drops the line break after the tag.
            data[name] = field.get_text().removeprefix("\n")
        elif field.name == "select":
            chosen = field.find("option", selected=True)
            data[name] = chosen["value"] if chosen else field.find("option")["value"]
        elif field.get("type") in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                data.setdefault(name, []).append(field.get("value", "on"))
        else:
            data[name] = field.get("value", "")
    return data


def with_row(data: dict[str, Any], formset: str, **values: Any) -> str:
    """Add a row as the page's script does; returns its prefix."""
    number = int(data[f"{formset}-TOTAL_FORMS"])
    data[f"{formset}-TOTAL_FORMS"] = str(number + 1)
    prefix = f"{formset}-{number}"
    data |= {f"{prefix}-id": "", f"{prefix}-ORDER": str(number + 1), f"{prefix}-DELETE": ""}
    data |= {f"{prefix}-{name}": value for name, value in values.items()}
    return prefix


def with_formset(data: dict[str, Any], prefix: str) -> None:
    """Add the management form of a row's own rows."""
    data |= {
        f"{prefix}-TOTAL_FORMS": "0",
        f"{prefix}-INITIAL_FORMS": "0",
        f"{prefix}-MIN_NUM_FORMS": "0",
        f"{prefix}-MAX_NUM_FORMS": "1000",
    }


def errors_on(response: Any) -> list[str]:
    """The messages at the fields and rows of a form that was sent back."""
    page = BeautifulSoup(response.content, "html.parser")
    form = page.find("form", id="w-editor-form")
    return [" ".join(error.get_text().split()) for error in form.find_all(class_="error-message")]
