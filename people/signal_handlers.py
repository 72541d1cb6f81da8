"""What is noted whoever does it: sign-ins, and every change of rights through whichever form or command."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from wagtail.users.models import UserProfile

from people import audit
from people.actions.sessions import end_sessions
from people.enums import AuditAction
from people.models import User
from people.visits import current_visit

RIGHTS = frozenset({"is_active", "is_superuser", "clearance", "unit", "institution", "email"})


@receiver(user_logged_in)
def signed_in(user: User, **kwargs: Any) -> None:
    # Without it the admin shows its first page in the language of the site.
    UserProfile.get_for_user(user)
    audit.record(AuditAction.SIGNED_IN, by=user, about=user)


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record(AuditAction.SIGNED_OUT, by=user, about=user)


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    # What was typed is not kept where it is nobody's address: it may be a password in the wrong field.
    typed = str(credentials.get("username") or "").strip().lower()
    audit.record(AuditAction.SIGN_IN_FAILED, by=None, about=User.objects.filter(email=typed).first())


@receiver(pre_save, sender=User)
def account_changes(instance: Any, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    matters = not raw and instance.pk and (update_fields is None or RIGHTS.intersection(update_fields))
    instance.rights_before = audit.rights_of([instance.pk]).get(instance.pk) if matters else None


@receiver(post_save, sender=User)
def account_changed(instance: Any, created: bool, raw: bool, **kwargs: Any) -> None:
    if raw or not (created or instance.rights_before):
        return
    noted = audit.note_saved(instance, instance.rights_before)
    if any(entry.action == AuditAction.DEACTIVATED for entry in noted):
        end_sessions(by=audit.acting(), account=instance)


@receiver(post_save, sender=User)
def password_changed(instance: Any, created: bool, raw: bool, **kwargs: Any) -> None:
    if not (raw or created) and instance._password is not None:
        visit = current_visit()
        audit.record(AuditAction.PASSWORD_CHANGED, by=audit.acting() or instance, about=instance)
        end_sessions(by=audit.acting(), account=instance, but=visit.session_key if visit else None)


@receiver(m2m_changed, sender=User.groups.through)
def groups_changed(instance: Any, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    audit.note_membership(instance, action, pk_set)


@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def permissions_changed(
    instance: Any, action: str, pk_set: set[int] | None, reverse: bool, **kwargs: Any
) -> None:
    audit.note_permissions(instance, action, pk_set, reverse)


@receiver(post_save, sender=GroupPagePermission)
@receiver(post_save, sender=GroupCollectionPermission)
def tree_permission_given(instance: Any, raw: bool, **kwargs: Any) -> None:
    if not raw:
        audit.note_group(instance.group.name, {"added": [str(instance.permission.codename)]})


@receiver(post_delete, sender=GroupPagePermission)
@receiver(post_delete, sender=GroupCollectionPermission)
def tree_permission_taken(instance: Any, **kwargs: Any) -> None:
    audit.note_group(instance.group.name, {"removed": [str(instance.permission.codename)]})


@receiver(pre_save, sender=Group)
def group_renamed(instance: Group, raw: bool, **kwargs: Any) -> None:
    old = Group.objects.filter(pk=instance.pk).first() if instance.pk and not raw else None
    if old and old.name != instance.name:
        audit.note_group(old.name, {"renamed": instance.name})


@receiver(pre_delete, sender=Group)
def group_deleted(instance: Group, **kwargs: Any) -> None:
    audit.note_membership(instance, "pre_clear", None)
    audit.note_group(instance.name, {"deleted": True})


@receiver(post_save, sender=UserProfile)
def profile_made(instance: Any, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw and not instance.preferred_language and instance.user.language:
        instance.preferred_language = instance.user.language
        instance.save(update_fields=["preferred_language"])
