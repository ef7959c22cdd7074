"""The A4 sheet for the neighbourhood board."""

from __future__ import annotations

from decimal import Decimal

from bp_platform.documents import rendering
from bp_platform.documents import services as documents
from realisation import reports, services
from tests.factories import realisation as factory


def test_the_sheet_holds_where_it_stands_and_its_money(delivery, bruno, at):
    services.post_update(delivery, by=bruno, at=at, text="Les arbres sont là.", to="works")
    factory.spent(delivery, at, committed="12000.00", invoiced="10000.00", paid="8000.00")

    sheet = reports.delivery_sheet(delivery.proposal.number, at)

    assert sheet.delivery.status == "En travaux"
    assert sheet.delivery.news.text == "Les arbres sont là."
    assert [(part.kind, part.amount_eur) for part in sheet.slices] == [
        ("paid", Decimal("8000.00")),
        ("committed", Decimal("4000.00")),
        ("planned", Decimal("28000.00")),
    ]
    assert sheet.address == f"http://testserver/2026/projets/{delivery.proposal.number}/"


def test_anybody_may_order_it_and_it_is_a_pdf(delivery, chloe, at):
    arguments = {"number": delivery.proposal.number, "on": "2026-03-02"}
    assert reports.may_request(chloe, arguments, at)
    assert not reports.may_request(chloe, {"number": "BP26-0000"}, at)

    spec = reports.DELIVERY_SHEET
    content = rendering.render_pdf(spec.template, spec.build(arguments), language="fr", title=str(spec.title))

    assert content.startswith(b"%PDF-")
    assert spec.file_name(arguments) == f"avancement-{delivery.proposal.number}.pdf"


def test_the_desk_orders_it(delivery, bruno, at, sign_in):
    response = sign_in(bruno).post(f"/bureau/chantiers/{delivery.proposal.number}/fiche/")

    assert response.status_code == 303
    assert documents.Job.objects.get().kind == "delivery_sheet"
