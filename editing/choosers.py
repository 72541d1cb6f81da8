"""Choosers with search: they show what the asker may see, and answer only people with work to do there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import BaseColumn, Column
from wagtail.models import DraftStateMixin
from wagtail.permissions import policy_registry
from wagtail.snippets.views import chooser
from wagtail.snippets.widgets import AdminSnippetChooser

from editing.listing import StatusColumn, with_status
from editing.models import Content
from editing.permissions import mark_rights, viewable_by, with_rights

ANY_PERMISSION = {"add", "change", "delete", "view"}


def named(instance: Any) -> str:
    """What a chosen object is called: its title and its code, if it has one."""
    code = getattr(instance, "code", "")
    return f"{instance} · {code}" if code else str(instance)


def restricted(model: Any) -> str:
    """What an object is called for people who may not see it, or when it is in the bin."""
    kind = {"kind": model._meta.verbose_name}
    if getattr(model, "archived_at", None):
        return _("in the bin: %(kind)s") % kind
    return _("restricted: %(kind)s") % kind


class CodedChooserWidget(AdminSnippetChooser):
    """The field that shows what was chosen.

    `known` holds objects that the form has loaded already, by primary key; `reader` is the person for whom it
    is drawn, who may not see everything that others have chosen. The texts are properties because the stock
    widget keeps those of the language that it was first made in.
    """

    known: Mapping[Any, Any] = MappingProxyType({})
    reader: Any = None

    choose_one_text = property(lambda self: self._text(_("Choose %(object)s")), lambda self, value: None)
    choose_another_text = property(
        lambda self: self._text(_("Choose another %(object)s")), lambda self, value: None
    )
    link_to_chosen_text = property(
        lambda self: self._text(_("Edit this %(object)s")), lambda self, value: None
    )

    def _text(self, pattern: str) -> str:
        return pattern % {"object": self.model._meta.verbose_name}

    def get_instance(self, value: Any) -> Any:
        found = self.known.get(value)
        if not issubclass(self.model, Content):
            return found or super().get_instance(value)
        if found is None and value is not None:
            pk = getattr(value, "pk", value)
            found = self.model._default_manager.filter(pk=pk).first()
        if found is not None:
            mark_rights(self.reader, [found])
        return found

    def get_value_data_from_instance(self, instance: Any) -> dict[str, Any]:
        if not isinstance(instance, Content):
            data: dict[str, Any] = super().get_value_data_from_instance(instance)
            return data
        title = named(instance) if instance.is_viewable else restricted(instance)
        link = AdminURLFinder().get_edit_url(instance) if instance.is_changeable else None
        return {"id": instance.pk, "edit_url": link, self.display_title_key: title}

    def get_display_title(self, instance: Any) -> str:
        return named(instance)


class SearchForm(BaseFilterForm):
    """Finds objects by parts of their names and codes."""

    q = forms.CharField(
        label=gettext_lazy("Search term"),
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Title or code")}),
        required=False,
    )
    search_fields: tuple[str, ...] = ()

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        """The objects in one of whose fields the words stand."""
        words = self.cleaned_data.get("q")
        if not words:
            return objects
        self.is_searching, self.search_query = True, words
        found = Q()
        for field in self.search_fields:
            found |= Q(**{f"{field}__icontains": words})
        return objects.filter(found)


class AskedMixin:
    """A view of a chooser; people without any permission on the model are refused."""

    model_class: Any
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        policy = policy_registry.get_by_type(self.model_class)
        if not policy.user_has_any_permission(request.user, ANY_PERMISSION):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        return response

    def visible(self) -> QuerySet[Any]:
        """What the asker may see of the model; content comes with their rights."""
        user: Any = self.request.user
        objects: QuerySet[Any] = self.model_class._default_manager.all()
        if issubclass(self.model_class, Content):
            objects = with_rights(user, viewable_by(user, objects))
        return objects

    def get_object(self, pk: Any) -> Any:
        """The chosen object, or 404 where there is none for the asker."""
        try:
            return self.visible().get(pk=pk)
        except (ValueError, self.model_class.DoesNotExist) as error:
            raise Http404 from error

    def get_objects(self, pks: list[Any]) -> QuerySet[Any]:
        """The chosen objects; keys that are no numbers are nobody's."""
        return self.visible().filter(pk__in=[pk for pk in pks if str(pk).isdecimal()])

    def get_display_title(self, instance: Any) -> str:
        """What the field shows of the chosen object."""
        return named(instance)


class ListMixin(AskedMixin):
    """A view that lists objects to choose from: name, code, what `extra_columns` adds, and the status."""

    page_subtitle = None
    title_column: BaseColumn
    extra_columns: tuple[BaseColumn, ...] = ()
    search_fields: tuple[str, ...] = ("title", "code")
    list_related: tuple[str, ...] = ()

    def get_object_list(self) -> QuerySet[Any]:
        """What the asker may choose."""
        objects: QuerySet[Any] = self.visible().select_related(*self.list_related)
        return with_status(objects) if self.has_status else objects

    @cached_property
    def has_status(self) -> bool:
        """Whether the objects have drafts."""
        return issubclass(self.model_class, DraftStateMixin)

    @property
    def columns(self) -> list[BaseColumn]:
        """The columns of the list."""
        status = [StatusColumn(sort_key=None)] if self.has_status else []
        return [self.title_column, Column("code", label=_("Code")), *self.extra_columns, *status]

    def get_filter_form_class(self) -> type[SearchForm]:
        """A search of the fields of this model."""
        return type("FilterForm", (SearchForm,), {"search_fields": self.search_fields})


class ChooseView(ListMixin, chooser.ChooseView):
    """The window."""


class ChooseResultsView(ListMixin, chooser.ChooseResultsView):
    """The list inside the window."""


class ChosenView(AskedMixin, chooser.SnippetChosenView):
    """The answer to a choice."""


class ChosenMultipleView(AskedMixin, chooser.SnippetChosenMultipleView):
    """The answer to several choices."""


class CreateView(AskedMixin, chooser.SnippetCreateView):
    """Making a new object inside the window: there is no form for it, and the stock view breaks."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        raise Http404

    post = get


class CodedChooserViewSet(chooser.SnippetChooserViewSet):
    """The chooser of a model with codes."""

    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView
    extra_columns: tuple[BaseColumn, ...] = ()
    search_fields: tuple[str, ...] = ("title", "code")
    list_related: tuple[str, ...] = ()

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        ours = {
            "extra_columns": self.extra_columns,
            "search_fields": self.search_fields,
            "list_related": self.list_related,
        }
        view_kwargs: dict[str, Any] = super().get_common_view_kwargs(**ours, **kwargs)
        return view_kwargs

    @cached_property
    def page_title(self) -> Any:
        """The heading of the window."""
        return capfirst(self.model._meta.verbose_name_plural)

    @cached_property
    def widget_class(self) -> type[CodedChooserWidget]:
        """The field for this model."""
        return type(
            f"{self.model.__name__}ChooserWidget",
            (CodedChooserWidget,),
            {"model": self.model, "icon": self.icon},
        )
