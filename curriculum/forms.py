"""The forms of courses and curricula with their rows, and what a row may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import Field
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm

from curriculum.missing import NO_MODULES, NO_UNITS, NOTHING_PLACED
from editing.chosen import ChosenField, look_up
from editing.completeness import show_at_fields, show_at_rows
from editing.forms import ContentForm, LinesField, ReadersForm
from people.codes import new_key
from themes.forms import ThemesField


class KeyedRowForm(ReadersForm):
    """A row with a stable key in a hidden field: the browser makes it for a new row, or else the server."""

    key = "code"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields[self.key]
        field.required = field.show_hidden_initial = False
        if kwargs.get("instance") is None:
            # The template of new rows is copied by the browser: a key in it would come up again and again.
            field.initial = ""
        self._show_known_choices()

    def _show_known_choices(self) -> None:
        """Spare the choosers a query for each object that the row has loaded already."""
        for name, field in self.fields.items():
            if hasattr(field.widget, "known") and self.instance._meta.get_field(name).is_cached(
                self.instance
            ):
                chosen = getattr(self.instance, name)
                field.widget.known = {chosen.pk: chosen} if chosen else {}

    def _get_validation_exclusions(self) -> set[str]:
        # The form has just found what was chosen: the model need not ask for it once more.
        chosen = {name for name, field in self.fields.items() if isinstance(field, ChosenField)}
        return {*super()._get_validation_exclusions(), *chosen}

    def stable_key(self) -> str:
        """The key of a row that is there already, which no form changes; else the one sent, or a new one."""
        standing = self.initial.get(self.key) if self.instance.pk else None
        return standing or self.cleaned_data[self.key] or new_key()

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """Also hand the open page a key that the server made."""
        updates: list[tuple[str, str]] = super().get_field_updates_for_resave()
        name = self.add_prefix(self.key)
        if not self.data.get(name):
            updates.append((name, getattr(self.instance, self.key)))
        return updates


class KeyedRowFormSet(BaseChildFormSet):
    """Rows of which no two have the same key; what is chosen in them is looked up together."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the fields of a row; one that is there is known, and not asked for again."""
        super().add_fields(form, index)
        if form.instance.pk is not None:
            asked = form.fields["id"]
            known = ChosenField(asked.queryset, required=False, initial=form.instance.pk, widget=asked.widget)
            known.found = {str(form.instance.pk): form.instance}
            form.fields["id"] = known

    def full_clean(self) -> None:
        """Check all rows, after everything that is chosen in them and inside them has been found."""
        if self.is_bound:
            look_up(_with_inner_forms(self))
        super().full_clean()

    def get_unique_error_message(self, unique_check: Any) -> str:
        """What stands above the rows."""
        return str(_("Two rows have the same key."))

    def get_form_error(self) -> str:
        """What stands at the second of the two."""
        return str(_("This row has the key of another one. Remove it and add it again."))


class UnitForm(KeyedRowForm):
    """One unit of a course."""

    class Meta(WagtailAdminModelForm.Meta):
        field_classes: dict[str, type[Field]] = {
            "themes": ThemesField,
            "outcomes": LinesField,
            "case": ChosenField,
        }

    def clean_code(self) -> str:
        """The stable key."""
        return self.stable_key()

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.is_deferred_validation:
            show_at_fields(self, self.instance.problems())


class ModuleForm(KeyedRowForm):
    """One module of a curriculum."""

    def clean_code(self) -> str:
        """The stable key."""
        return self.stable_key()


class PlacementForm(KeyedRowForm):
    """One course or one case at its place."""

    key = "key"

    class Meta(WagtailAdminModelForm.Meta):
        field_classes: dict[str, type[Field]] = {"course": ChosenField, "case": ChosenField}

    def clean_key(self) -> str:
        """The stable key."""
        return self.stable_key()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        course, case = cleaned.get("course"), cleaned.get("case")
        if course and case:
            self.add_error("case", _("Choose a course or a case, not both."))
        elif not (course or case or self.is_deferred_validation or {"course", "case"} & self.errors.keys()):
            self.add_error("course", _("Choose a course or a case."))
        if course:
            self._refuse_for_course(
                "delivery_method", _("The units of a course have their own methods: leave this empty.")
            )
            self._refuse_for_course(
                "content_category", _("The units of a course have their own categories: leave this empty.")
            )
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if not (self.is_deferred_validation or self.errors):
            show_at_fields(self, self.instance.problems())

    def _refuse_for_course(self, name: str, message: Any) -> None:
        if self.cleaned_data.get(name):
            self.add_error(name, message)


class CourseForm(ContentForm):
    """A course with its units."""

    class Meta(ContentForm.Meta):
        field_classes = {**ContentForm.Meta.field_classes, "themes": ThemesField}

    def is_valid(self) -> bool:
        """Whether the course and its rows are in order; before it goes out it must have some."""
        valid: bool = super().is_valid()
        units = self.formsets["units"]
        elsewhere = units.page is not None and units.others
        if not (self.is_deferred_validation or elsewhere) and units.is_valid() and not _rows(units):
            show_at_rows(units, NO_UNITS)
            return False
        return valid


class CurriculumForm(ContentForm):
    """A curriculum with its modules and placements."""

    class Meta(ContentForm.Meta):
        field_classes = {**ContentForm.Meta.field_classes, "objectives": LinesField}

    def is_valid(self) -> bool:
        """Whether all rows are in order, each by itself and together."""
        valid: bool = super().is_valid()
        return self._refuse_repetitions() and self._refuse_missing_rows() and valid

    def _refuse_missing_rows(self) -> bool:
        """Mark, unless a draft is saved, that there are no modules, and each module without placements."""
        modules = self.formsets["modules"]
        if self.is_deferred_validation or not modules.is_valid():
            return True
        rows = _rows(modules)
        if not rows:
            show_at_rows(modules, NO_MODULES)
        bare = [row.formsets["placements"] for row in rows if not _rows(row.formsets["placements"])]
        for placements in bare:
            show_at_rows(placements, NOTHING_PLACED)
        return bool(rows) and not bare

    def _refuse_repetitions(self) -> bool:
        """Mark every placement of a course, and every key, that stood at an earlier place already."""
        courses: dict[Any, str] = {}
        keys: set[str] = set()
        repeated = False
        for number, form in self._placements():
            course, key = form.cleaned_data.get("course"), form.cleaned_data.get("key")
            if course is not None and courses.setdefault(course.pk, number) != number:
                message = _("This course stands at %(number)s already. A curriculum places a course once.")
                form.add_error("course", message % {"number": courses[course.pk]})
                repeated = True
            if key and key in keys:
                form.add_error(None, _("This row has the key of another one. Remove it and add it again."))
                repeated = True
            keys.add(key)
        return not repeated

    def _placements(self) -> Iterator[tuple[str, Any]]:
        """The forms of all placements that stay, each with its place number such as `2.1`."""
        for place, module in enumerate(_rows(self.formsets["modules"]), start=1):
            for position, placement in enumerate(_rows(module.formsets["placements"]), start=1):
                yield f"{place}.{position}", placement


def _with_inner_forms(formset: Any) -> Iterator[Any]:
    """The forms of a formset and of the formsets inside them."""
    for form in formset.forms:
        yield form
        for inner in getattr(form, "formsets", {}).values():
            yield from _with_inner_forms(inner)


def _rows(formset: Any) -> list[Any]:
    """The forms of a formset that stay and are filled in, in their order."""
    rows = [
        form
        for form in formset.forms
        if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
    ]
    return sorted(rows, key=lambda form: form.cleaned_data.get("ORDER") or 0)
