"""The finished edition's money: an export of the finance software, and what became of the leftover."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile

from bp_platform.core import calendar
from bp_platform.demo.town import DEMO
from cycles.models import Cycle
from realisation import services
from realisation.models import Delivery, DeliveryState

COMMITTEE, COUNCIL = "Comité de suivi", "Conseil municipal"
EXPORT = """Opération;Type de mouvement;Date;Pièce;Tiers;Libellé;Montant TTC;Référence
OP-{n};Engagement;{day};BC 2026-0412;Ligérienne de signalétique;Panneaux de chantier et de mémoire;1 260,00;E-2026-0412
OP-{n};Facture;{day};F 88-1173;Ligérienne de signalétique;Panneaux de chantier;540,00;F-2026-1173
VOIRIE-2026;Mandat;{day};M 2026-3301;Travaux du Val;Enrobés rue des Tanneurs;18 402,00;M-2026-3301
"""


def tell(past: Cycle, following: Cycle, *, at: datetime) -> None:
    """A part goes to the next edition, as the committee decided; one proposal was refused, another waits."""
    decided = services.propose_reallocation(
        past.envelopes.get(), by=DEMO, at=at, amount_eur=Decimal(15000), target=following.envelopes.get(),
        reason="Le règlement le permet, et l’édition suivante a reçu plus d’idées que prévu.",
    )  # fmt: skip
    services.decide_reallocation(
        decided, by=DEMO, at=at, decided_by=COMMITTEE, on=calendar.local_day(at),
        decision="Compte rendu de la séance n° 7", is_public=True,
        paper=SimpleUploadedFile("compte-rendu-seance-7.pdf", _page("Comite de suivi, seance 7 : 15 000 euros")),
    )  # fmt: skip
    later = at + timedelta(days=20)
    refused = services.propose_reallocation(
        past.envelopes.get(), by=DEMO, at=at, amount_eur=Decimal(8000), elsewhere="le budget général de la ville",
        reason="Pour équilibrer la section d’investissement.",
    )  # fmt: skip
    services.refuse_reallocation(
        refused, by=DEMO, at=later, decided_by=COUNCIL, on=calendar.local_day(later),
        reason="Ce que les habitants ont reçu du budget participatif y reste.",
    )  # fmt: skip
    works = Delivery.objects.filter(proposal__cycle=past, state=DeliveryState.WORKS).order_by("pk").first()
    if works is None:
        return
    services.propose_reallocation(
        past.envelopes.get(), by=DEMO, at=later, amount_eur=Decimal(6500), delivery=works,
        reason="Les fondations de la culée nord sont à reprendre : le sol est moins porteur que prévu.",
    )  # fmt: skip
    export = EXPORT.format(n=works.proposal.number, day=f"{calendar.local_day(later):%d/%m/%Y}")
    services.import_ledger(
        past, BytesIO(export.encode("cp1252")), by=DEMO, at=later, file_name="depenses-operations.csv"
    )


def _page(words: str) -> bytes:
    """The least PDF that a reader opens: one page, one line of words without accents."""
    stream = f"BT /F1 16 Tf 60 760 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + tail
