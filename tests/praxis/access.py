"""Which role may reach which address: the table in `access.txt`, and how it is found out.

`python -m pytest tests/praxis/test_access.py` compares. After a change that is meant, write the table anew
with `PRAXIS_WRITE_ACCESS=1` set, and read the difference before committing it.
"""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.test import Client
from django.urls import URLPattern, get_resolver

TABLE = Path(__file__).with_name("access.txt")
ACTORS = {
    "A": "anonymous",
    "M": "committee_member",
    "C": "committee_chair",
    "L": "lecturer",
    "P": "provider_editor",
    "T": "training_manager",
    "t": "trainee",
    "O": "operator",
    "S": "superuser",
}
HEADER = [
    "# Who may reach which address: "
    + ", ".join(f"{letter} {actor}" for letter, actor in ACTORS.items())
    + ".",
    "# Reached means that the view answered: not sent to sign in, not sent away, not 403, not 404.",
]
CONVERTERS = {"int": "1", "str": "1", "slug": "1", "path": "1", "uuid": str(uuid.UUID(int=1))}


def patterns() -> Iterator[tuple[str, str]]:
    """The name and the route of every address of the site."""
    yield from _walk(get_resolver(), (), "")


def _walk(resolver, namespaces: tuple[str, ...], route: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        below = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield ":".join((*namespaces, pattern.name or "-")), below
        else:
            namespace = (pattern.namespace,) if pattern.namespace else ()
            yield from _walk(pattern, (*namespaces, *namespace), below)


def address(name: str, route: str, arguments: dict[str, str]) -> str:
    """An address of a route, with the arguments of an object that exists where the view has one."""

    if name == "wagtail_serve":
        return "/en/"

    def fill(match: re.Match[str]) -> str:
        converter, _, argument = match[1].rpartition(":")
        return arguments.get(f"{name.split(':')[0]}.{argument}") or arguments.get(
            argument, CONVERTERS[converter or "str"]
        )

    path = re.sub(
        r"<([^<>]+)>", fill, re.sub(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)", r"<str:\1>", route)
    )
    return "/" + re.sub(r"[\^$]|\\Z|\(\)", "", path).replace("\\", "")


def is_reached(client: Client, path: str) -> bool:
    """Whether the view behind a path answers this visitor."""
    response = client.get(path, SERVER_NAME="localhost")
    if response.status_code >= 500:
        raise AssertionError(f"{path} answered {response.status_code}")
    if response.status_code in {301, 302}:
        target = response.headers["Location"]
        # What is absent is looked for once more below the visitor's language.
        return "sign-in" not in target and target not in {"/admin/", "/en/", f"/en{path}"}
    return response.status_code not in {403, 404}
