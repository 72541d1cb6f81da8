"""The links workbench: look at what is suggested, see what deciding would change, decide, take it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum import figures
from curriculum.balance.measures.base import Result
from curriculum.enums import LinkState
from curriculum.levels import Level
from curriculum.links import actions
from curriculum.links.chosen import Chosen, chosen_pairs
from curriculum.links.effects import Coverage, Effects, effects, words_for
from curriculum.links.forms import STATES, LinksForm, ReasonForm
from curriculum.links.workbench import Pair, PairState, Reach, Workbench, may_decide_links, workbench
from curriculum.models import Course, LinkChange
from editing.permissions import changeable_by
from people.models import User
from themes.models import Theme

PAGE_SIZE = 50


class LinksPage:
    """What the views share: they are for those who decide about links."""

    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody else."""
        if not may_decide_links(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        return response

    @property
    def user(self) -> User:
        """The person, who is signed in."""
        user: User = self.request.user
        return user

    @cached_property
    def query(self) -> str:
        """The filters that a form carries along, to come back to the same rows."""
        return QueryDict(self.request.POST.get("query", "")).urlencode()

    def back(self) -> HttpResponse:
        """To the rows that the person came from."""
        return redirect(f"{reverse('links')}?{self.query}" if self.query else reverse("links"))


class LinksView(LinksPage, WagtailAdminTemplateMixin, TemplateView):
    """The rows of one reader."""

    template_name = "curriculum/links/index.html"
    page_title = gettext_lazy("Theory-case links")
    header_icon = "link"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    @cached_property
    def asked(self) -> LinksForm:
        """What the address asks for."""
        return LinksForm(self.request.GET, self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asked = self.asked.asked
        found = workbench(self.user, asked)
        page = Paginator(found.of(asked.state), PAGE_SIZE).get_page(self.request.GET.get("p"))
        rows = list(self._rows(found, list(page)))
        return {
            **context,
            "form": self.asked,
            "rows": rows,
            "page": page,
            "states": list(self._states(found)),
            "waiting": found.counts[PairState.SUGGESTED] + found.counts[PairState.MISSING_TAG],
            "is_open": not asked.state,
            "is_filtered": any((asked.curriculum, asked.words, asked.theme, asked.language)),
            "has_pairs": bool(found.pairs),
            "here": reverse("links"),
            "query": self._query(),
            "page_query": f"{query}&" if (query := self._query()) else "",
            "latest": actions.latest_change(self.user),
            "confirmed": LinkState.CONFIRMED,
        }

    def _rows(self, found: Workbench, pairs: list[Pair]) -> Iterator[dict[str, Any]]:
        courses = Course.objects.filter(pk__in={pair.course.pk for pair in pairs})
        changeable = set(changeable_by(self.user, courses).values_list("pk", flat=True))
        for pair in pairs:
            why = found.why(pair)
            yield {
                "pair": pair,
                "why": why,
                "label": STATES[pair.state],
                "is_missing_tag": pair.state is PairState.MISSING_TAG,
                "may_tag": pair.course.pk in changeable,
                "similarity": figures.index(why.hit.similarity) if why else "",
                "relevance": figures.index(why.hit.relevance) if why else "",
                "freshness": figures.index(pair.case.freshness),
            }

    def _states(self, found: Workbench) -> Iterator[dict[str, Any]]:
        counts = found.counts
        for state, label in STATES.items():
            if counts[state]:
                query = self._query(state=str(state))
                yield {
                    "count": counts[state],
                    "label": label,
                    "url": f"{reverse('links')}?{query}",
                    "is_chosen": self.asked.asked.state == state,
                }

    def _query(self, **changes: str) -> str:
        """The filters as parameters, empty ones left out."""
        names = self.asked.fields
        asked = {name: self.request.GET.get(name, "") for name in names} | changes
        return urlencode({name: value for name, value in asked.items() if value})


class DecideView(LinksPage, WagtailAdminTemplateMixin, TemplateView):
    """What a decision about the ticked rows would change, and then the decision."""

    template_name = "curriculum/links/preview.html"
    header_icon = "link"

    @cached_property
    def state(self) -> LinkState:
        """What is to be said. Raises Http404 for anything else."""
        try:
            return LinkState(self.request.POST.get("state", ""))
        except ValueError as error:
            raise Http404 from error

    @cached_property
    def chosen(self) -> list[Chosen]:
        """The rows that are meant, as far as they are this person's to decide."""
        return chosen_pairs(self.user, self.request.POST.getlist("pair"))

    def get_page_title(self) -> str:
        if self.state is LinkState.CONFIRMED:
            return _("Confirm links")
        return _("Reject links")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way to this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("links"), "label": LinksView.page_title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at without rows: back to the list."""
        return redirect("links")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what would change, or, with the step after it, do it."""
        self.state  # noqa: B018  # an unknown one is absent
        if not self.chosen:
            messages.error(request, _("Tick at least one row first."))
            return self.back()
        if request.POST.get("step") != "apply":
            return self.render_to_response(self.get_context_data(form=ReasonForm()))
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        self._decide(form.cleaned_data["reason"])
        return self.back()

    def _decide(self, reason: str) -> None:
        post = self.request.POST
        seen = {one.pair: post.get(f"seen-{one.pair}", one.state) for one in self.chosen}
        done = actions.decide(by=self.user, pairs=list(seen), state=self.state, reason=reason, seen=seen)
        if done.change is not None:
            messages.success(self.request, summary_of(done.change))
        if done.left:
            words = ngettext(
                "%(count)d link was left as it is: somebody has decided about it since you looked.",
                "%(count)d links were left as they are: somebody has decided about them since you looked.",
                done.left,
            )
            messages.warning(self.request, words % {"count": done.left})
        elif done.change is None:
            messages.warning(self.request, _("Nothing changed: all of it stood there already."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        units = [(one.unit_key, one.identity) for one in self.chosen]
        courses = {one.pair.course for one in self.chosen}
        found = effects(self.user, courses, words_for(units, self.state))
        return {
            **super().get_context_data(**kwargs),
            "rows": [
                {"chosen": one, "label": STATES[PairState(one.state)] if one.state else ""}
                for one in self.chosen
            ],
            "count": len(self.chosen),
            "state": self.state,
            "is_confirming": self.state is LinkState.CONFIRMED,
            "effects": [
                {"effect": row, "live": shown(row.live), "draft": shown(row.draft)} for row in found.changing
            ],
            "sentence": effect_sentence(found),
            "found": found,
            "query": self.query,
            "here": reverse("links"),
        }


def shown(found: Coverage | None) -> dict[str, Any] | None:
    """A coverage before and after, as text with levels; nothing where there is none."""
    if found is None:
        return None
    return {
        "before": _printed(found.before),
        "before_level": _level(found.before),
        "after": _printed(found.after),
        "after_level": _level(found.after),
        "changes": found.changes,
    }


def _printed(result: Result) -> str:
    limits = result.limits
    return figures.percent(result.value, () if limits is None else (limits.low, limits.amber_low))


def _level(result: Result) -> Level:
    return Level.of(result.color, value=result.value)


def effect_sentence(found: Effects) -> str:
    """In one sentence, how many curricula change."""
    changing = len(found.changing)
    if not found.rows and not found.hidden:
        return _("No curriculum has these units, so no coverage changes.")
    if not changing:
        return _("The coverage of no curriculum changes.")
    return ngettext(
        "The coverage of %(count)d curriculum changes.",
        "The coverage of %(count)d curricula changes.",
        changing,
    ) % {"count": changing}


def summary_of(change: LinkChange) -> str:
    """What a decision was, in a few words."""
    count = len(change.rows)
    if change.state == LinkState.CONFIRMED:
        return ngettext("%(count)d link is confirmed.", "%(count)d links are confirmed.", count) % {
            "count": count
        }
    return ngettext("%(count)d link is rejected.", "%(count)d links are rejected.", count) % {"count": count}


class UndoView(LinksPage, View):
    """Takes the latest decision back."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; other people's decisions are absent."""
        change = get_object_or_404(LinkChange, pk=kwargs["pk"], made_by=self.user)
        try:
            done = actions.undo(by=self.user, change=change)
        except actions.NothingToUndo as refusal:
            messages.error(request, refusal.words)
            return self.back()
        words = ngettext("%(count)d link is as it was.", "%(count)d links are as they were.", done.undone)
        messages.success(request, words % {"count": done.undone})
        if done.left:
            left = ngettext(
                "%(count)d link was left: somebody has decided again since.",
                "%(count)d links were left: somebody has decided again since.",
                done.left,
            )
            messages.warning(request, left % {"count": done.left})
        return self.back()


class AddThemeView(LinksPage, View):
    """Gives a unit a theme of the case beside it, in a draft of its course."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; a pair that is not this person's is absent, like a theme that the case does not have."""
        key, _colon, code = request.POST.get("theme", "").rpartition(":")
        pair = actions.PairKey.parse(key)
        reach = Reach.of(self.user)
        if pair is None or not reach.holds(pair.course, pair.case):
            raise Http404
        theme = get_object_or_404(Theme, code=code, cases_casetheme_items__content_object=pair.case)
        course = get_object_or_404(Course, pk=pair.course)
        try:
            actions.add_theme(by=self.user, course=course, unit=pair.unit, theme=theme)
        except actions.ThemeRefused as refusal:
            messages.error(request, refusal.words)
            return self.back()
        words = _(
            "“%(theme)s” is added to the unit, in a draft of “%(course)s”. "
            "It counts once the draft is published."
        ) % {"theme": theme.label, "course": course.title}
        edit = reverse(Course.snippet_viewset.get_url_name("edit"), args=[course.pk])
        messages.success(request, words, buttons=[messages.button(edit, _("Open the draft"))])
        return self.back()


class LinksMenuItem(MenuItem):
    """The way to the workbench, for those who decide about links."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_decide_links(request.user)


def links_menu_item() -> LinksMenuItem:
    """The entry beside the balance report."""
    return LinksMenuItem(
        gettext_lazy("Theory-case links"), reverse("links"), name="links", icon_name="link", order=110
    )
