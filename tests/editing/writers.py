"""Two people at one object: what each sees, and what each sends."""

from typing import Any

from bs4 import BeautifulSoup

from tests.editor import admin_url, form_on
from tests.factories import CaseFactory, CourseFactory, CurriculumFactory, ModuleFactory, PlacementFactory

LOADED = ("loaded_revision_id", "loaded_revision_created_at")
PUBLISH = {"action-publish": "action-publish"}


def layout(modules: int = 2, placements: int = 2, **fields: Any) -> Any:
    """A live curriculum with modules `m1`, `m2`, ... in which cases and courses take turns."""
    curriculum = CurriculumFactory(**fields)
    for number in range(1, modules + 1):
        module = ModuleFactory(
            curriculum=curriculum, code=f"m{number}", title=f"Module {number}", sort_order=number
        )
        for place in range(placements):
            target = {"course": CourseFactory()} if place % 2 else {"case": CaseFactory()}
            PlacementFactory(module=module, key=f"p{number}-{place + 1}", sort_order=place, **target)
    return curriculum


def opened(client: Any, obj: Any) -> dict[str, Any]:
    """The editor's form as a person has it open."""
    return form_on(client.get(admin_url(obj, "edit")))


def saved(client: Any, obj: Any, data: dict[str, Any], **headers: Any) -> Any:
    """The answer to sending the form."""
    return client.post(admin_url(obj, "edit"), data, **headers)


def change(client: Any, obj: Any, **fields: Any) -> None:
    """Open the editor, change some fields and save a draft."""
    response = saved(client, obj, opened(client, obj) | fields)
    assert response.status_code == 302, response.content.decode()[:2000]


def draft_of(obj: Any) -> Any:
    """The object as its latest revision has it."""
    return type(obj)._default_manager.get(pk=obj.pk).latest_revision.as_object()


class ConflictPage:
    """The page with two versions, read as a browser would."""

    def __init__(self, response: Any) -> None:
        assert response.status_code == 409, response
        self.page = BeautifulSoup(response.content, "html.parser")
        self.form = self.page.find("form", action=lambda address: address and "/edit/" in address)
        self.text = " ".join(self.page.find(class_="conflict").get_text(" ").split())

    @property
    def fieldsets(self) -> dict[str, Any]:
        """The differences, by what they are about."""
        return {one.legend.get_text(): one for one in self.form.find_all("fieldset")}

    @property
    def columns(self) -> dict[str, list[str]]:
        """What stands in the columns of each difference."""
        return {
            title: [
                " ".join(column.get_text(" ").split()) for column in one.find_all(class_="conflict__column")
            ]
            for title, one in self.fieldsets.items()
        }

    @property
    def chosen(self) -> dict[str, str]:
        """The side that is ticked for each difference; empty where none is."""
        return {
            title: (ticked["value"] if (ticked := one.find("input", checked=True)) else "")
            for title, one in self.fieldsets.items()
        }

    def data(self, resolution: str, **choices: str) -> dict[str, Any]:
        """What a browser sends for a button; `choices` tick a side by the title of the difference."""
        data: dict[str, Any] = {}
        for field in self.form.find_all(["input", "textarea"]):
            if field.name == "textarea":
                data.setdefault(field["name"], []).append(field.get_text().removeprefix("\n"))
            elif field.get("type") != "radio" or field.has_attr("checked"):
                data.setdefault(field["name"], []).append(field["value"])
        for title, side in choices.items():
            data[self.fieldsets[title].find("input")["name"]] = [side]
        return data | {"conflict:resolution": [resolution]}
