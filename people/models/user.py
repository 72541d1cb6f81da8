from typing import Any, Self

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people.codes import MAX_CODE_LENGTH
from people.enums import Clearance, Language
from people.exceptions import AddressRefused
from people.models.unit import SendingUnit
from people.roles import EDITORS_PREFIX, ROLE_BY_GROUP, Role

PUBLIC_TOKEN = "public"
SIGNED_IN_TOKEN = "signed-in"
NEW_LINE = "\n"


class UserQuerySet(models.QuerySet["User"]):
    """Finds accounts."""

    def formerly(self, email: str) -> Self:
        """Accounts that had this address before."""
        return self.filter(former_emails__contains=f"{NEW_LINE}{email.lower()}{NEW_LINE}")

    def without_password(self) -> Self:
        """Accounts whose person has not chosen a password yet."""
        return self.filter(Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX))

    def waiting_for_invitation(self) -> Self:
        """Accounts of people who cannot sign in yet and have not been sent a mail about it."""
        return self.without_password().filter(is_active=True, invited_at=None, last_login=None)


class UserManager(BaseUserManager["User"]):
    """Makes and finds accounts; e-mail addresses are kept in lower case."""

    def get_queryset(self) -> UserQuerySet:
        """All accounts."""
        return UserQuerySet(self.model, using=self._db)

    def formerly(self, email: str) -> UserQuerySet:
        """Accounts that had this address before."""
        return self.get_queryset().formerly(email)

    def without_password(self) -> UserQuerySet:
        """Accounts whose person has not chosen a password yet."""
        return self.get_queryset().without_password()

    def waiting_for_invitation(self) -> UserQuerySet:
        """Accounts of people who cannot sign in yet and have not been sent a mail about it."""
        return self.get_queryset().waiting_for_invitation()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account that signs in with this address. Raises ValueError without an address."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account that may do and read everything."""
        return self.create_user(email, password, **{"is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a person, the unit that sends them, their clearance and their roles (groups)."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=255)
    unit = models.ForeignKey(
        SendingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("sending unit"),
    )
    category = models.CharField(
        _("trainee category"),
        max_length=MAX_CODE_LENGTH,
        blank=True,
        help_text=_("Code of the programme category whose curricula are meant for this person."),
    )
    institution = models.CharField(
        _("institution"),
        max_length=MAX_CODE_LENGTH,
        blank=True,
        help_text=_("Code of the institution that this person teaches or edits for."),
    )
    clearance = models.PositiveSmallIntegerField(
        _("clearance"), choices=Clearance.choices, default=Clearance.OPEN
    )
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("People who leave are made inactive, never deleted.")
    )
    date_joined = models.DateTimeField(_("date joined"), default=timezone.now, editable=False)
    former_emails = models.TextField(
        editable=False, default="", help_text=_("Addresses that this account had before, one a line.")
    )
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True, editable=False)
    erasure_asked_at = models.DateTimeField(_("asked for erasure"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="people_user_email",
                violation_error_message=_("Another account has this address."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Keep the address in lower case, and refuse one with which this person would read more."""
        from people.addresses import check_readers

        super().clean()
        self.email = self.email.lower()
        if not type(self).objects.filter(pk=self.pk, email=self.email).exists():
            try:
                check_readers(self.email, account=self)
            except AddressRefused as error:
                raise ValidationError({"email": str(error)}) from error

    def has_usable_password(self) -> bool:
        """Whether somebody has chosen a password; Django takes none at all for one."""
        return bool(self.password) and super().has_usable_password()

    def check_address(self, email: str) -> None:
        """Raise AddressRefused unless this account can have this address."""
        from people.addresses import check_address

        check_address(email, account=self)

    def take_address(self, email: str) -> None:
        """Set another address; readers who were named by the one before are still this person."""
        self.forget_address(email)
        if self.email and self.email != email:
            self.former_emails = f"{self.former_emails or NEW_LINE}{self.email}{NEW_LINE}"
        self.email = email

    def forget_address(self, email: str) -> None:
        """Let go of an address that this account had before."""
        kept = [address for address in self.former_addresses if address != email]
        self.former_emails = f"{NEW_LINE}{NEW_LINE.join(kept)}{NEW_LINE}" if kept else ""

    @property
    def first_name(self) -> str:
        """The whole name: Wagtail asks for this one to greet a person and to name them in its menu."""
        return self.name

    def get_full_name(self) -> str:
        """The name that Wagtail shows."""
        return str(self)

    def get_short_name(self) -> str:
        """The name that Wagtail shows where space is short."""
        return str(self)

    @property
    def former_addresses(self) -> list[str]:
        """The addresses that this account had before; readers named by them are still this person."""
        return self.former_emails.split()

    @cached_property
    def group_names(self) -> frozenset[str]:
        """Names of the groups that this person is in; one query an instance."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def editors_groups(self) -> list[str]:
        """Names of the groups of editors that this person is in, one for each institution they edit for."""
        return sorted(name for name in self.group_names if name.startswith(EDITORS_PREFIX))

    @property
    def roles(self) -> list[Role]:
        """The roles of this person."""
        return [ROLE_BY_GROUP[name] for name in sorted(self.group_names) if name in ROLE_BY_GROUP]

    def has_role(self, *codes: str) -> bool:
        """Whether this person has one of these roles."""
        return any(role.code in codes for role in self.roles)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The words of which an object's list of readers must hold one; at most two queries an instance."""
        if not self.is_active:
            return frozenset({PUBLIC_TOKEN})
        tokens = {PUBLIC_TOKEN, SIGNED_IN_TOKEN, f"user:{self.pk}", f"person:{self.email.lower()}"}
        tokens.update(f"person:{address}" for address in self.former_addresses)
        tokens.update(role.token for role in self.roles)
        tokens.update(name for name in self.group_names if name.startswith(EDITORS_PREFIX))
        if self.unit:
            tokens.update(f"unit:{code.casefold()}" for code in self.unit.codes_upward())
        return frozenset(tokens)


def tokens_of(user: "User | AnonymousUser") -> frozenset[str]:
    """The reader's tokens of anybody, signed in or not."""
    return user.tokens if isinstance(user, User) else frozenset({PUBLIC_TOKEN})
