import re
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.enums import Audience, Clearance
from people.models.coded import Coded, CodedQuerySet
from people.models.user import PUBLIC_TOKEN, SIGNED_IN_TOKEN, User, tokens_of
from people.roles import ROLES, editors_group

ALWAYS_READERS = tuple(role.token for role in ROLES if role.always_reads)
EDUCATORS = tuple(role.token for role in ROLES if role.educator)
SEPARATOR = "|"
TOKEN_SOURCES = frozenset({"audience", "restricted_to", "owner", "institution"})


def joined(tokens: Iterable[str]) -> str:
    """Tokens as one text in which each can be found between two bars."""
    return SEPARATOR + SEPARATOR.join(sorted({token.casefold() for token in tokens})) + SEPARATOR


READER = re.compile(r"(unit|institution):[\w.\-]+|person:[^\s|@]+@[^\s|@]+")


def validate_readers(value: Any) -> None:
    """Raise ValidationError unless the value is a list of readers in the three forms that the rule knows."""
    if not isinstance(value, list):
        raise ValidationError(_("List the readers, one a line."))
    for entry in value:
        if not isinstance(entry, str) or not READER.fullmatch(entry):
            raise ValidationError(
                _("“%(entry)s” is not a reader. Write unit:CODE, institution:CODE or person:E-MAIL."),
                params={"entry": entry},
            )


def readable(user: User | AnonymousUser) -> Q:
    """The condition of being for this person, once published: one of the tokens held, and the clearance."""
    if isinstance(user, User) and user.is_superuser and user.is_active:
        return ~Q(pk__in=())
    held = Q()
    for token in sorted(tokens_of(user)):
        held |= Q(tokens__contains=f"{SEPARATOR}{token.casefold()}{SEPARATOR}")
    clearance = user.clearance if isinstance(user, User) and user.is_active else Clearance.OPEN
    return held & Q(clearance__lte=clearance)


def published_now() -> Q:
    """The condition of being published: live, the first day reached and the last day not passed."""
    now = timezone.now()
    return Q(Q(go_live_at=None) | Q(go_live_at__lte=now), Q(expire_at=None) | Q(expire_at__gt=now), live=True)


class OpenQuerySet(CodedQuerySet):
    """Objects that everybody may read by their nature, such as themes; asked like all others."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All of them."""
        return self.all()


class VisibleQuerySet(CodedQuerySet):
    """The one rule that says what a person may read; every read path goes through it."""

    def readable_by(self, user: User | AnonymousUser) -> Self:
        """What this person may read whenever it is published: one of the tokens, and the clearance."""
        return self.filter(readable(user))

    def in_window(self) -> Self:
        """What is published now."""
        return self.filter(published_now())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What this person may read now."""
        return self.readable_by(user).in_window()


def audience_field(default: Audience) -> "models.CharField[str, str]":
    """The audience of a kind of content, with its own default."""
    return models.CharField(_("audience"), max_length=20, choices=Audience.choices, default=default)


class VisibleModel(Coded):
    """Content with readers: an audience, a clearance, and a window in time (Wagtail's publishing dates).

    `tokens` holds the readers that follow from the other fields, so that one condition in SQL decides.
    """

    audience = audience_field(Audience.PUBLIC)
    restricted_to = models.JSONField(
        _("restricted to"),
        default=list,
        blank=True,
        validators=[validate_readers],
        help_text=_(
            "One reader a line: unit:CODE (with the units below it), institution:CODE or person:E-MAIL. "
            "Left empty, only the owner, the institution's editors and the committee read."
        ),
    )
    clearance = models.PositiveSmallIntegerField(
        _("clearance"),
        choices=Clearance.choices,
        default=Clearance.OPEN,
        help_text=_("Must be reached by the reader in addition to the audience."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    tokens = models.TextField(editable=False, default=SEPARATOR)

    class Meta(Coded.Meta):
        abstract = True

    def institution_code(self) -> str:
        """Code of the institution whose editors always read this, or an empty text."""
        institution = getattr(self, "institution", None)
        return institution.code if institution else ""

    def reader_tokens(self) -> set[str]:
        """The tokens of which a reader must hold one."""
        tokens = set(ALWAYS_READERS)
        if self.owner_id:
            tokens.add(f"user:{self.owner_id}")
        if code := self.institution_code():
            tokens.add(editors_group(code))
        match self.audience:
            case Audience.PUBLIC:
                tokens.add(PUBLIC_TOKEN)
            case Audience.TRAINEES:
                tokens.add(SIGNED_IN_TOKEN)
            case Audience.EDUCATORS:
                tokens.update(EDUCATORS)
            case Audience.RESTRICTED:
                tokens.update(self.restricted_to)
        return tokens

    def set_tokens(self) -> None:
        """Bring `tokens` up to date; `save` does it, bulk writes must call it."""
        self.tokens = joined(self.reader_tokens())

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        # A draft saves a few fields of a row that holds unpublished values in memory: they must not decide.
        if fields is None or TOKEN_SOURCES.intersection(fields):
            self.set_tokens()
            if fields is not None:
                kwargs["update_fields"] = {*fields, "tokens"}
        super().save(*args, **kwargs)

    def is_visible_to(self, user: User | AnonymousUser) -> bool:
        """Whether this person may read the published object now."""
        return VisibleQuerySet(type(self)).filter(pk=self.pk).visible_to(user).exists()
