"""The field in which themes are given to something, and the form of a theme itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from editing.forms import LinesField

BETWEEN = " · "
SEPARATORS = re.compile(r"[,;，；、]")


def folded(text: str) -> str:
    """A text without the differences that nobody means: case, width, spaces at the ends."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def line_of(theme: Any) -> str:
    """A theme as one line of the field; its first word is the code."""
    return f"{theme.code}{BETWEEN}{theme.label}"


def code_of(line: str) -> str:
    """The code at the beginning of such a line, or the whole line."""
    return line.split(BETWEEN, 1)[0].strip()


def names_of(theme: Any) -> list[str]:
    """Everything that a theme is called: its code, labels and synonyms."""
    return [theme.code, theme.label_en, theme.label_zh, *theme.alt_en, *theme.alt_zh]


class ThemesWidget(forms.Textarea):
    """One theme a line; where scripts run, a search with suggestions takes the place of typing."""

    template_name = "themes/admin/themes_widget.html"

    class Media:
        css = {"all": ["themes/themes_field.css"]}
        js = ["themes/themes_field.js"]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 2, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "suggest_url": reverse("themes_suggest")}


class ThemesField(forms.Field):
    """Themes by code or by any of their names, one a line.

    Unlike Wagtail's field for tags it refuses names that it does not know instead of dropping them. Retired
    themes are refused too, except those that stand there already, and where themes are taken away
    (`takes_retired`).
    """

    widget = ThemesWidget
    default_error_messages = {
        "unknown": _("There is no theme called %(names)s. Choose one that exists."),
        "several": _("“%(name)s” names several themes: %(codes)s. Give the code."),
        "retired": _("%(name)s is retired and can be given to nothing new."),
        "replaced": _("%(name)s is retired. Use %(other)s instead."),
    }

    def __init__(
        self, *, tag_model: Any, free_tagging: Any = None, takes_retired: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.tag_model = tag_model
        self.takes_retired = takes_retired
        self.standing: frozenset[str] = frozenset()

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        """The field of one form, which remembers the themes that the object has already."""
        self.standing = frozenset(theme.code for theme in form.get_initial_for_field(self, field_name) or ())
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value: Any) -> Any:
        """Themes as lines; a text that was sent stays as it is."""
        return value if value is None or isinstance(value, str) else "\n".join(map(line_of, value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other themes are named than before, in whatever order."""
        if self.disabled:
            return False
        before = {folded(theme.code) for theme in initial or ()}
        return before != {folded(code_of(line)) for line in _lines(data)}

    def clean(self, value: Any) -> list[Any]:
        """The themes that the lines name, each once."""
        themes = list(dict.fromkeys(self._found(_lines(value))))
        if self.required and not themes:
            raise ValidationError(self.error_messages["required"], code="required")
        errors = [self._refusal(theme) for theme in themes if self._is_refused(theme)]
        if errors:
            raise ValidationError(errors)
        return themes

    def _is_refused(self, theme: Any) -> bool:
        return theme.retired and not self.takes_retired and theme.code not in self.standing

    def _refusal(self, theme: Any) -> ValidationError:
        kind, other = ("replaced", theme.replaced_by) if theme.replaced_by else ("retired", None)
        params = {"name": line_of(theme), "other": other and line_of(other)}
        return ValidationError(self.error_messages[kind], code=kind, params=params)

    def _found(self, lines: list[str]) -> list[Any]:
        codes = [code_of(line) for line in lines]
        themes = self.tag_model.objects.filter(code__in=codes).select_related("replaced_by")
        by_code = {theme.code: theme for theme in themes}
        if all(code in by_code for code in codes):
            return [by_code[code] for code in codes]
        return self._found_by_name(lines)

    def _found_by_name(self, lines: list[str]) -> list[Any]:
        """The same, when somebody typed names: needs the whole vocabulary."""
        named: dict[str, list[Any]] = {}
        for theme in self.tag_model.objects.select_related("replaced_by"):
            for name in {folded(name) for name in names_of(theme) if name}:
                named.setdefault(name, []).append(theme)
        names = [name for line in lines for name in _parts(line, named)]
        meant = {name: named.get(folded(name), []) for name in names}
        errors = [self._ambiguity(name, themes) for name, themes in meant.items() if len(themes) > 1]
        if unknown := [name for name, themes in meant.items() if not themes]:
            params = {"names": ", ".join(f"“{name}”" for name in unknown)}
            errors.append(ValidationError(self.error_messages["unknown"], code="unknown", params=params))
        if errors:
            raise ValidationError(errors)
        return [meant[name][0] for name in names]

    def _ambiguity(self, name: str, themes: Iterable[Any]) -> ValidationError:
        codes = ", ".join(sorted(theme.code for theme in themes))
        params = {"name": name, "codes": codes}
        return ValidationError(self.error_messages["several"], code="several", params=params)


def _lines(value: Any) -> list[str]:
    return [line.strip() for line in str(value or "").splitlines() if line.strip()]


def _parts(line: str, named: dict[str, list[Any]]) -> list[str]:
    """The names in a line: the line itself, its code, or several with commas between them."""
    for name in (line, code_of(line)):
        if folded(name) in named:
            return [name]
    return [part.strip() for part in SEPARATORS.split(line) if part.strip()]


class ThemeForm(WagtailAdminModelForm):
    """A theme with its synonyms, one a line."""

    class Meta(WagtailAdminModelForm.Meta):
        field_classes = {"alt_en": LinesField, "alt_zh": LinesField}
