from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from search.queries import find
from search.selection import Selection


@require_safe
@cache_control(private=True)
def library(request: HttpRequest) -> HttpResponse:
    """Everything that this reader may open, narrowed by the address."""
    listing = find(request.user, Selection.of(request.GET))
    return TemplateResponse(request, "search/library.html", {"page": listing})
