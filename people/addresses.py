"""Which e-mail address an account may have.

Content names readers by address, so an address is a right. An account keeps, for reading, the addresses that
it had before; nobody else gets one of those while content names it, and nobody changes to an address that
content names already. So a change of address neither gains nor loses anything.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.exceptions import AddressRefused
from people.models import User
from people.readers import objects_naming


def check_address(email: str, *, account: User) -> None:
    """Raise AddressRefused unless this account can have this address."""
    if User.objects.exclude(pk=account.pk).filter(email=email).exists():
        raise AddressRefused(_("Another account has this address."))
    check_readers(email, account=account)


def check_readers(email: str, *, account: User) -> None:
    """Raise AddressRefused when this account, which may be a new one, would read more with this address."""
    if email in account.former_addresses:
        return
    owner = User.objects.formerly(email).exclude(pk=account.pk).first()
    is_in_use = account.pk is not None and account.has_usable_password()
    count = objects_naming(email) if owner or is_in_use else 0
    if count and owner:
        raise AddressRefused(
            ngettext(
                "This was the address of %(name)s, and %(count)d object still names it as a reader. "
                "Name %(address)s there first.",
                "This was the address of %(name)s, and %(count)d objects still name it as a reader. "
                "Name %(address)s there first.",
                count,
            )
            % {"name": owner, "count": count, "address": owner.email}
        )
    if count:
        raise AddressRefused(
            ngettext(
                "%(count)d object names this address as a reader, so this account would come to read it. "
                "Take the address out there first.",
                "%(count)d objects name this address as a reader, so this account would come to read them. "
                "Take the address out there first.",
                count,
            )
            % {"count": count}
        )


def release_address(email: str, *, to: User) -> None:
    """Let other accounts forget that they had this address, now that it belongs to somebody else."""
    for other in User.objects.formerly(email).exclude(pk=to.pk):
        other.forget_address(email)
        other.save(update_fields=["former_emails"])
