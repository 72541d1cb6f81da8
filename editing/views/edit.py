"""The editor: it writes over nothing unseen, and gives back whatever it cannot save."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.snippets.views import snippets

from editing import review
from editing.drafts import is_named
from editing.exceptions import IncompleteError, ReviewRefused
from editing.views.conflict import LOADED, RESOLUTION, ConflictMixin
from editing.views.one_writer import OneWriterMixin
from editing.views.reviewing import ReviewedMixin

BUSY = 503


class EditView(ReviewedMixin, OneWriterMixin, ConflictMixin, snippets.EditView):
    """The editor, with side panels of our own beside the stock ones."""

    side_panel_classes: tuple[type[BaseSidePanel], ...] = ()

    def get_object(self, queryset: Any = None) -> Any:
        # The stock view reads it twice: to set itself up, and again to show it.
        if getattr(self, "object", None) is None:
            self.object = super().get_object(queryset)
            self.prepare(self.object)
        return self.object

    def prepare(self, obj: Any) -> None:
        """Read at once what the form will show of an object."""

    def get_side_panels(self) -> MediaContainer:
        ours = [panel(self.object, self.request) for panel in self.side_panel_classes]
        return MediaContainer([*super().get_side_panels(), *ours])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, and do what else was asked for, if nothing stands against it."""
        if self.is_busy:
            return self._give_back(
                "locked", _("Somebody else is being served. Nothing is lost: save again in a moment."), BUSY
            )
        if self.expects_json_response and self.is_out_of_date:
            return self._give_back("invalid_revision", self.out_of_date_message())
        if not self.expects_json_response:
            if self.is_out_of_date:
                return self.show_conflict()
            if RESOLUTION in request.POST and (response := self.resolve()) is not None:
                return response
            if refusal := self._refusal_of_answer():
                return self._give_back("refused", refusal)
        try:
            with transaction.atomic():
                response = super().post(request, *args, **kwargs)
        except (ReviewRefused, IncompleteError) as error:
            response = self._after_refusal(str(error.words))
        return response

    def _refusal_of_answer(self) -> str:
        """Why an answer to a review cannot be given from here, if so."""
        if "action-workflow-action" not in self.request.POST:
            return ""
        if self.action != "workflow-action":
            return _("This step of the review is over, or is not yours to answer. Nothing was decided.")
        if not self.is_untouched:
            return _(
                "You have changed the text. Save it as a draft instead: what you changed yourself, "
                "somebody else must approve."
            )
        return ""

    def _after_refusal(self, message: str) -> HttpResponse:
        # What was written is rolled back: the object in memory must not name a revision that is not there.
        self.object = self.form.instance
        self.object.latest_revision = self.latest_revision
        return self._give_back("refused", message, form=self.form)

    def _give_back(
        self, code: str, message: str, status: int | None = None, form: Any = None
    ) -> HttpResponse:
        """The form as it was sent, with a message; nothing else is done."""
        self.action = "edit"
        self.produced_error_code, self.produced_error_message = code, message
        response: HttpResponse = self.form_invalid(form or self.get_form())
        if status:
            response.status_code = status
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        if self.merged is not None:
            kwargs["data"] = self.merged_data()
        return kwargs

    def save_instance(self) -> Any:
        """Save a revision; an answer to a review is about the one that is there already."""
        if self.action == "workflow-action":
            self.new_revision = self.object.latest_revision
            return self.object
        return super().save_instance()

    @cached_property
    def overwrite_revision(self) -> Any:
        """The revision that autosave goes on writing into: none that anything points at as it is."""
        if not self.expects_json_response:
            return None
        revision = snippets.EditView.overwrite_revision.func(self)
        return None if revision is None or is_named(revision) else revision

    def get_success_json(self) -> dict[str, Any]:
        """Also tell the open form which revision it holds now."""
        result: dict[str, Any] = super().get_success_json()
        if self.revision_enabled and self.new_revision:
            latest = (str(self.new_revision.pk), self.new_revision.created_at.isoformat())
            result.setdefault("field_updates", {}).update(zip(LOADED, latest, strict=True))
        return result

    def get_editing_sessions(self) -> Any:
        # Being one of them is written down, which has to wait too.
        return None if self.is_busy else super().get_editing_sessions()

    def submit_action(self) -> None:
        review.submit(by=self.request.user, obj=self.object)

    def cancel_workflow_action(self) -> None:
        review.withdraw(by=self.request.user, obj=self.object)
