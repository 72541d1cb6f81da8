"""What cases and themes are called for one reader: rule 48 for everything that prints a balance report."""

from __future__ import annotations

from cases.models import CaseStudy
from curriculum.balance.names import Names
from curriculum.wording import RESTRICTED_CASE
from editing.permissions import Person, changeable_by
from themes.models import Theme


def names_for(reader: Person | None, *, drafts: bool) -> Names:
    """The names for one document; without a reader nobody is kept from anything.

    A reader sees what is published for them and what they may change. Where ``drafts`` are shown, a case that
    has one is called by its name only before those who may change it.
    """
    labels = {theme.code: theme.label for theme in Theme.objects.only("code", "label_en", "label_zh")}
    if reader is None:
        return Names(themes=labels)
    published = CaseStudy.objects.visible_to(reader)
    if drafts:
        published = published.filter(has_unpublished_changes=False)
    changeable = changeable_by(reader, CaseStudy.objects.all())
    codes = {*published.values_list("code", flat=True), *changeable.values_list("code", flat=True)}
    return Names(codes, str(RESTRICTED_CASE).format, labels)
