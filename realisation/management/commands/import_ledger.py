"""`manage.py import_ledger FILE --cycle 2025 [--apply]`: an export of the finance software, as the page imports it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import money
from bp_platform.core.actors import importing
from bp_platform.core.decisions import Refused
from cycles.models import Cycle
from realisation import policies, services
from realisation.selectors import ImportPlan


class Command(BaseCommand):
    help = "Importe un export du logiciel financier : CSV, XLSX ou ODS. Sans --apply, dit seulement ce qu’il ferait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="fichier exporté du logiciel financier")
        parser.add_argument("--cycle", required=True, help="adresse de l’édition, par exemple 2025")
        parser.add_argument("--apply", action="store_true", help="entrer les écritures ; tout, ou rien")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        by, now, path = importing("import_ledger"), timezone.now(), Path(options["file"])
        cycle = Cycle.objects.filter(slug=options["cycle"]).first()
        if cycle is None:
            raise CommandError(_("Aucune édition n’a l’adresse « %(slug)s ».") % {"slug": options["cycle"]})
        try:
            with path.open("rb") as file:
                plan = services.preview_import(cycle, file, by=by, at=now)
                self._tell(plan)
                if plan.fault_count:
                    raise CommandError(str(policies.may_apply(plan).reason))
                if options["apply"]:
                    services.import_ledger(cycle, file, by=by, at=now, file_name=path.name)
                    self.stdout.write(_("Les écritures sont entrées."))
        except OSError as error:
            raise CommandError(_("Le fichier ne s’ouvre pas : %(why)s.") % {"why": error.strerror}) from error
        except Refused as refusal:
            raise CommandError(str(refusal.decision.reason)) from refusal

    def _tell(self, plan: ImportPlan) -> None:
        for sentence in [f.sentence for f in plan.faults] + [c.sentence for c in plan.conflicts]:
            self.stderr.write(sentence)
        said = [ngettext("%(n)d écriture nouvelle", "%(n)d écritures nouvelles", plan.new) % {"n": plan.new}]
        said.append(ngettext("%(n)d déjà connue", "%(n)d déjà connues", plan.known) % {"n": plan.known})
        said.append(_("%(n)d d’une autre opération") % {"n": len(plan.read.elsewhere)})
        self.stdout.write(", ".join(said) + ".")
        for effect in plan.effects:
            sums = zip((_("engagé"), _("facturé"), _("payé")), _three(effect.before), _three(effect.after), strict=True)
            moved = [f"{name} {before} → {after}" for name, before, after in sums if before != after]
            self.stdout.write(f"{effect.number} : {', '.join(moved)}")
        for sentence in plan.alike:
            self.stdout.write(sentence)


def _three(account: Any) -> list[str]:  # Any: an Account
    sums = (account.committed_eur, account.invoiced_eur, account.paid_eur)
    return [money.in_words(amount, cents=True) for amount in sums]
