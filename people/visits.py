"""Where a request comes from: the network address, the device, and the person behind it.

`current_visit` tells it to what is written in the middle of a request and is handed none: the session store
and the signals behind the audit log.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from people.models.user import User

BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("WeChat", r"\bMicroMessenger/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("Android", r"\bAndroid\b"),
    ("HarmonyOS", r"\bHarmonyOS\b|\bOpenHarmony\b"),
    ("iPad", r"\biPad\b"),
    ("iPhone", r"\biPhone\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMacintosh\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)
IPV6_NETWORK = 64
"""A household or an office has at least so many bits for itself; one IPv6 address of theirs says little."""


@dataclass(frozen=True, slots=True)
class Device:
    """A browser and a system, in the words that their makers use; empty where unknown."""

    browser: str = ""
    system: str = ""


class Visit:
    """A request, as far as accounts are concerned."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def address(self) -> str | None:
        """The network address of the browser."""
        return client_address(self._request)

    @cached_property
    def device(self) -> Device:
        """The browser and the system, from what the browser says of itself."""
        return device_of(self._request.headers.get("User-Agent", ""))

    @property
    def person(self) -> User | None:
        """Who is signed in."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @property
    def session_key(self) -> str | None:
        """The key of the browser's session."""
        session = getattr(self._request, "session", None)
        return session.session_key if session is not None else None


_current: ContextVar[Visit | None] = ContextVar("visit", default=None)


def current_visit() -> Visit | None:
    """The request that is being answered, or None outside of any."""
    return _current.get()


def remember_visit(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that makes the request known to `current_visit` while it is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _current.set(Visit(request))
        try:
            return get_response(request)
        finally:
            _current.reset(token)

    return middleware


def client_address(request: HttpRequest) -> str | None:
    """The network address that a request comes from, or None where it is not told.

    What a browser says of itself is believed from our own proxy only, and of that the last entry, which the
    proxy has written.
    """
    told = request.META.get("REMOTE_ADDR", "")
    if settings.PRAXIS_BEHIND_PROXY:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2] or told
    found = _address(told.strip())
    return str(found) if found else None


def network_of(address: str | None) -> str:
    """What counts as one client: an IPv4 address, or the network of an IPv6 address."""
    found = _address(address or "")
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_NETWORK), strict=False))
    return str(found or "")


def device_of(user_agent: str) -> Device:
    """The browser and the system that a user agent names."""
    return Device(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, text)), "")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
