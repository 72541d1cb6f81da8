"""Rows of a cluster in the editor: each with a heading that says what it is, and with a hidden stable key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.db.models import Model
from wagtail.admin.panels import InlinePanel
from wagtail.admin.panels.base import get_form_for_model

from editing.models import Content
from editing.permissions import mark_rights

RowName = Callable[[Model], str]


def _chosen(rows: list[Any]) -> Iterator[Content]:
    """The pieces of content that rows name, as far as they are loaded."""
    for row in rows:
        for field in row._meta.concrete_fields:
            if field.is_relation and field.is_cached(row) and isinstance(getattr(row, field.name), Content):
                yield getattr(row, field.name)


class RowPanel(InlinePanel):
    """An InlinePanel whose rows have a form and a formset of their own, a name in their heading, and a key.

    The key is a field of the form but of no panel below, so it is drawn hidden and without a label. The stock
    panel ignores the form class of a child model.
    """

    def __init__(
        self,
        *args: Any,
        form_class: type[Any] | None = None,
        formset_class: type[Any] | None = None,
        key: str = "",
        row_name: RowName | None = None,
        row_hours: RowName | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.form_class = form_class
        self.formset_class = formset_class
        self.key = key
        self.row_name = row_name
        self.row_hours = row_hours

    def clone_kwargs(self) -> dict[str, Any]:
        return {
            **super().clone_kwargs(),
            "form_class": self.form_class,
            "formset_class": self.formset_class,
            "key": self.key,
            "row_name": self.row_name,
            "row_hours": self.row_hours,
        }

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        rows = options["formsets"][self.relation_name]
        deferred = self.child_edit_handler.get_form_options().get("defer_required_on_fields", [])
        rows["form"] = get_form_for_model(
            self.db_field.related_model, form_class=self.form_class, defer_required_on_fields=deferred
        )
        rows["formset"] = self.formset_class
        rows["inherit_kwargs"] = ["for_user"]
        rows["fields"] = [*rows["fields"], self.key]
        rows["widgets"] = {**rows["widgets"], self.key: forms.HiddenInput(attrs={"data-stable-key": ""})}
        return options

    class BoundPanel(InlinePanel.BoundPanel):
        """The rows of one form."""

        template_name = "curriculum/admin/row_panel.html"

        class Media:
            js = ["curriculum/stable_keys.js", "curriculum/rows.js"]

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            if self.form is None:
                return
            rows = [child.instance for child in self.children]
            mark_rights(getattr(self.request, "user", None), _chosen(rows))
            for child in [*self.children, self.empty_child]:
                child.row_name = self.panel.row_name(child.instance)
                child.row_hours = self.panel.row_hours(child.instance)
