from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from people.models.coded import Coded, CodedQuerySet


class SendingUnit(Coded):
    """An organisation that sends people to training; units form a tree."""

    name = models.CharField(_("name"), max_length=255)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    objects = CodedQuerySet.as_manager()

    class Meta(Coded.Meta):
        verbose_name = _("sending unit")
        verbose_name_plural = _("sending units")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def pks_downward(self) -> list[int]:
        """The primary keys of this unit and of every unit that is part of it, in one query of any depth."""
        table = connection.ops.quote_name(self._meta.db_table)
        sql = (
            f"WITH RECURSIVE line(id) AS (SELECT id FROM {table} WHERE id = %s "  # noqa: S608
            f"UNION SELECT u.id FROM {table} u JOIN line ON u.parent_id = line.id) SELECT id FROM line"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.pk])
            return [row[0] for row in cursor.fetchall()]

    def codes_upward(self) -> list[str]:
        """The code of this unit and of every unit that it is part of, in one query of any depth."""
        table = connection.ops.quote_name(self._meta.db_table)
        # `UNION` drops repeated rows, so that a circle in the data ends instead of running forever.
        sql = (
            f"WITH RECURSIVE line(id, code, parent_id) AS ("  # noqa: S608
            f"SELECT id, code, parent_id FROM {table} WHERE id = %s "
            f"UNION SELECT u.id, u.code, u.parent_id FROM {table} u JOIN line ON u.id = line.parent_id"
            ") SELECT code FROM line"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.pk])
            return [row[0] for row in cursor.fetchall()]
