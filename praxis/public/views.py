from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from praxis.public import queries


def _page(request: HttpRequest, template: str, page: object | None) -> HttpResponse:
    """The page, or one and the same answer for what is absent and what is closed to the reader."""
    if page is None:
        raise Http404
    return TemplateResponse(request, template, {"page": page})


@require_safe
@cache_control(private=True)
def curriculum(request: HttpRequest, code: str) -> HttpResponse:
    """A curriculum: what lies before a trainee."""
    return _page(request, "praxis/curriculum.html", queries.curriculum(request.user, code))


@require_safe
@cache_control(private=True)
def course(request: HttpRequest, code: str) -> HttpResponse:
    """A course: what will be learned, in how many hours."""
    return _page(request, "praxis/course.html", queries.course(request.user, code))


@require_safe
@cache_control(private=True)
def case(request: HttpRequest, code: str) -> HttpResponse:
    """A case: whether and how it can be used."""
    return _page(request, "praxis/case.html", queries.case(request.user, code))


@require_safe
@cache_control(private=True)
def theme(request: HttpRequest, code: str) -> HttpResponse:
    """A theme; a retired one leads to the theme that it is part of now."""
    moved = queries.retired_into(request.user, code)
    if moved:
        old, new = moved
        return redirect(f"{reverse('theme', args=[new])}?{urlencode({'from': old})}")
    return _page(request, "praxis/theme.html", queries.theme(request.user, code, request.GET.get("from", "")))


@require_safe
@cache_control(private=True)
def institution(request: HttpRequest, code: str) -> HttpResponse:
    """An institution and what it contributes."""
    return _page(request, "praxis/institution.html", queries.institution(request.user, code))
