"""Exports of the finance software that have been imported."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from bp_platform.core.checks import Checked
from cycles.models import Cycle
from realisation.models.deliveries import SAID

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from realisation.models.ledger import LedgerEntry


class LedgerImport(Checked):
    """An export of the finance software, entered whole. Kept as it was; undone once, by reversing its entries.

    `entered_by` is empty for the command. `new_count`: entries it brought, of which `reversal_count` reversals;
    `known_count`: lines that were there already.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="ledger_imports")
    file_name = models.CharField(_("fichier"), max_length=150)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    new_count = models.PositiveIntegerField(_("lignes nouvelles"))
    reversal_count = models.PositiveIntegerField(_("dont annulations"), default=0)
    known_count = models.PositiveIntegerField(_("lignes déjà connues"))
    imported_at = models.DateTimeField(_("importé le"))
    undone_at = models.DateTimeField(_("annulé le"), null=True, blank=True)
    undone_reason = models.CharField(_("pourquoi"), max_length=160, blank=True)

    if TYPE_CHECKING:
        entries: RelatedManager[LedgerEntry]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="ledger_import_has_its_hash"),
            models.CheckConstraint(
                condition=Q(new_count__gt=0, reversal_count__lte=models.F("new_count")),
                name="ledger_import_brings_something",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_reason="") | Q(undone_at__isnull=False, undone_reason__regex=SAID),
                name="ledger_import_undone_says_why",
                violation_error_message=_("Un import annulé dit pourquoi, et lui seul."),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.cycle_id}"
