"""The Content-Security-Policy of every answer; Django has its own from 6.0 on, which needs Python 3.12."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
