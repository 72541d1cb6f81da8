"""Drafts as they will look: a page is built from what would be published, and nothing is kept."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import override

from editing.models import Content
from people.codes import new_key
from people.enums import Clearance
from praxis.public.shell import shell


def preview(
    build: Callable[[Any, str], object], template: str
) -> Callable[[Content, HttpRequest], HttpResponse]:
    """A view of a draft: `build` is the reading function of its public page.

    The draft is saved in a transaction that is always rolled back, so that one function reads what is
    published and what is not. Its own page opens to whoever may preview it; everything that it names obeys
    the reader's rights as on the public site.
    """

    def serve(draft: Content, request: HttpRequest) -> HttpResponse:
        with override(draft.language), transaction.atomic():
            draft.code = draft.code or new_key()
            draft.live, draft.go_live_at, draft.expire_at = True, None, None
            draft.owner_id, draft.clearance = request.user.pk, Clearance.OPEN
            draft.save()
            page = build(request.user, draft.code)
            transaction.set_rollback(True)
        with override(draft.language):
            context = {"page": page, "shell": shell(request)}
            return TemplateResponse(request, template, context).render()

    return serve
