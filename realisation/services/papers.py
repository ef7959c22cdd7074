"""The files beside the money: kept for the desk, or open to everybody."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from bp_platform.documents import publication, uploads
from cycles import services as cycle_services
from cycles.models import Cycle
from realisation import policies
from realisation.models import EnvelopeTransfer, LedgerEntry, MoneyPaper, Reallocation

Proved = LedgerEntry | EnvelopeTransfer | Reallocation


def attach(
    proved: Proved, upload: UploadedFile[bytes], *, by: Actor, at: datetime, title: str = "", is_public: bool = False
) -> MoneyPaper:
    """Put a file (PDF or picture) beside an entry, a transfer or a decision. Its name is its title without another."""
    role = demand(policies.can_attach(by, proved, at)).role
    cycle = cycle_of(proved)
    with journal.transaction_with_journal():
        stored = uploads.keep_upload(upload, by=by, at=at, alt_text=title)
        paper = MoneyPaper(
            entry=proved if isinstance(proved, LedgerEntry) else None,
            transfer=proved if isinstance(proved, EnvelopeTransfer) else None,
            reallocation=proved if isinstance(proved, Reallocation) else None,
            file=stored,
            title=(title.strip() or stored.original_name)[:120],
            is_public=is_public,
            added_at=at,
        )
        paper.full_clean()
        if is_public:
            publication.publish(stored, at=at)
        paper.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "attach_paper", paper, role=role))
        cycle_services.touch(cycle)
    return paper


def show_paper(paper: MoneyPaper, *, by: Actor, at: datetime, is_public: bool) -> MoneyPaper:
    """Open a file to everybody, or keep it for the desk again. Twice is once."""
    role = demand(policies.can_keep_ledger(by, at)).role
    with journal.transaction_with_journal():
        held = MoneyPaper.objects.select_for_update(of=("self",)).select_related("file").get(pk=paper.pk)
        if held.is_public == is_public:
            return held
        held.is_public = is_public
        held.save(update_fields=["is_public"])
        if is_public:
            publication.publish(held.file, at=at)
        else:
            publication.withdraw(held.file)
        cycle = cycle_of(proved_by(held))
        act = "publish_paper" if is_public else "withdraw_paper"
        journal.record(journal.Line(cycle.journal_chain, at, by, act, held, role=role))
        cycle_services.touch(cycle)
    return held


def proved_by(paper: MoneyPaper) -> Proved:
    """What the file is beside: the database holds that there is one."""
    proved = paper.entry or paper.transfer or paper.reallocation
    if proved is None:
        raise ValidationError(_("Un justificatif prouve une écriture, un transfert ou une décision."))
    return proved


def cycle_of(proved: Proved) -> Cycle:
    """The edition whose money it is."""
    if isinstance(proved, EnvelopeTransfer):
        return proved.source.cycle
    return proved.envelope.cycle
