"""What every request passes: its identifier with one log line, and the Content-Security-Policy of its answer.

Django has a policy of its own from 6.0 on, which needs Python 3.12.
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from praxis.operations.logs import SAFE_ID, account_of, identified, new_id, path_of

PUBLIC_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
# Wagtail's admin puts scripts and styles into its pages and has no nonces for them.
ADMIN_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "frame-src 'self'",
        "object-src 'none'",
        "form-action 'self'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
    )
)

requests_logger = logging.getLogger("praxis.requests")


def request_ids(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request an identifier, send it back as `X-Request-ID`, and log one line for each answer.

    An identifier that comes with the request counts only behind our own proxy, and only in a harmless form.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        begin = time.monotonic()
        given = request.headers.get("X-Request-ID", "") if settings.PRAXIS_BEHIND_PROXY else ""
        request_id = given if SAFE_ID.fullmatch(given) else new_id()
        with identified(request_id, request):
            response = get_response(request)
            response.headers["X-Request-ID"] = request_id
            _log(request, response, round((time.monotonic() - begin) * 1000))
        return response

    return middleware


def _log(request: HttpRequest, response: HttpResponse, milliseconds: int) -> None:
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    values = {
        "status": response.status_code,
        "ms": milliseconds,
        "user": account_of(request),
        "method": request.method,
        "path": path_of(request),
    }
    requests_logger.log(
        level,
        "%(method)s %(path)s %(status)d in %(ms)d ms",
        values,
        extra={"status": response.status_code, "ms": milliseconds},
    )


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add the policy: strict for the public site, relaxed below `/admin/` only."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = ADMIN_POLICY if request.path.startswith("/admin/") else PUBLIC_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware
