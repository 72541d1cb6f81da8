"""Writes about twenty times a second until it is ended: `python -m tests.praxis.operations.writer`.

Every transaction leaves a trace by which a backup can be judged: it adds a theme to each of two families, so
both have equally many at every moment; and it adds a document whose title is the sha256 of its file. Now and
then it deletes an old document with its file.
"""

import hashlib
import itertools
import secrets
import time

import django

PAUSE = 0.05
KEPT = 30


def write_once(number: int) -> None:
    """One write of the twenty."""
    from django.core.files.base import ContentFile
    from django.db import transaction
    from wagtail.documents.models import Document

    from themes.models import Theme

    content = secrets.token_bytes(20_000)
    with transaction.atomic():
        for family in ("left", "right"):
            name = f"{family}-{number}"
            Theme.objects.create(code=name, name=name, slug=name, label_en=name)
        document = Document(title=hashlib.sha256(content).hexdigest())
        document.file.save(f"{number}.bin", ContentFile(content), save=False)
        document.save()
    if number % 3 == 2:
        with transaction.atomic():
            old = Document.objects.order_by("pk").first()
            if old and Document.objects.count() > KEPT:
                old.delete()


def write_first() -> None:
    """One write, for tests that need no more."""
    write_once(0)


def main() -> None:
    """Write until the process is ended."""
    django.setup()
    print("writing", flush=True)
    for number in itertools.count():
        begin = time.monotonic()
        write_once(number)
        print(number, flush=True)
        time.sleep(max(0.0, PAUSE - (time.monotonic() - begin)))


if __name__ == "__main__":
    main()
