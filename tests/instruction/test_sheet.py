"""The instruction sheet, as data and as a PDF."""

from __future__ import annotations

import io
from decimal import Decimal

import pikepdf
import pytest
from django.template.loader import render_to_string

from bp_platform.core import registries
from bp_platform.core.decisions import Refused
from bp_platform.documents import rendering
from bp_platform.documents import services as documents
from instruction import reports, services


def test_the_sheet_holds_the_case(case_in, buildings, green_spaces):
    case = case_in("decided", consulted=[buildings])

    sheet = reports.instruction_sheet("BP26-0001")

    assert sheet.case == case
    assert [(p.department, p.kind) for p in sheet.parts] == [(green_spaces, "lead"), (buildings, "consulted")]
    assert [o.verdict for o in sheet.opinions] == ["favourable", "favourable"]
    assert (sheet.costs.net_eur, sheet.costs.vat_eur, sheet.costs.total_eur) == (
        Decimal("11500.00"), Decimal("2300.00"), Decimal("13800.00"),
    )  # fmt: skip


@pytest.mark.parametrize("state", ["received", "awaiting_owner", "decided"])
def test_the_pdf_is_one_tagged_a4_page(case_in, state):
    case_in(state)
    spec = registries.reports["instruction_sheet"]

    content = rendering.render_pdf(
        spec.template, spec.build({"number": "BP26-0001"}), language="fr", title=str(spec.title)
    )

    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"


def test_the_sheet_says_what_the_committee_thinks(case_in, odile, at):
    case = case_in("decided")
    spec = registries.reports["instruction_sheet"]
    before = render_to_string(spec.template, spec.build({"number": case.proposal.number}))
    services.give_committee_opinion(case, by=odile, at=at, stance="reserved", text="Et l’arrosage ?")

    html = render_to_string(spec.template, spec.build({"number": case.proposal.number}))

    assert "comité de suivi" not in before
    assert [said in html for said in ("L’avis du comité de suivi", "Réservé", "Et l’arrosage ?")] == [True] * 3


def test_who_reads_the_case_prints_it(case_in, bruno, paula, chloe, at):
    case_in("triaged")
    arguments = {"number": "BP26-0001"}

    assert reports.file_name(arguments) == "fiche-instruction-BP26-0001.pdf"
    assert reports.may_request(bruno, arguments, at)
    assert reports.may_request(paula, arguments, at)
    with pytest.raises(Refused, match="Cette fiche d’instruction n’est pas accessible"):
        documents.request_job("instruction_sheet", arguments=arguments, by=chloe, at=at)
