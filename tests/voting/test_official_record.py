"""The official record: its data, who may have it, and its PDF."""

from __future__ import annotations

import pytest

from bp_platform.core import registries
from bp_platform.documents import rendering
from tests.factories import voting as make
from voting import reports, services

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(draft, review):
    people = make.admit(draft, *(f"Voisin {n}" for n in range(12)))
    poll = make.seal(draft)
    for entry in people:
        services.cast_many(poll, [review(poll, entry, "BP26-0003")])
    services.withdraw_project(poll, "BP26-0001", by=make.BUILDER, at=make.clock(), reason="Le terrain est vendu.")
    for act in (services.close, services.open_box, services.count):
        poll = act(poll, by=make.BUILDER, at=make.clock() + 2 * make.HOUR)
    return poll


def test_the_record_holds_the_digests_and_each_reason(counted, town):
    data = reports.record_data({"poll": counted.pk})

    assert data["closing"] == counted.closing
    assert data["withdrawn"] == [["BP26-0001", "Le terrain est vendu."]]
    assert [line.number for line in data["view"].scopes[0].lines if line.is_winner] == ["BP26-0003"]
    assert len(data["record_digest"]) == 64


def test_before_the_proclamation_only_count_officers_and_the_team_have_it(counted, chloe, paula):
    arguments = {"poll": counted.pk}

    assert registries.reports["official_record"].may_request(paula, arguments, make.clock())
    refusal = registries.reports["official_record"].may_request(chloe, arguments, make.clock())
    assert "chargée du dépouillement" in str(refusal.reason)


@pytest.mark.slow
def test_the_record_is_a_tagged_pdf_that_says_it_all(counted, town, tmp_path):
    pikepdf = pytest.importorskip("pikepdf")
    spec = reports.OFFICIAL_RECORD

    content = rendering.render_pdf(
        spec.template, spec.build({"poll": counted.pk}), language="fr", title=str(spec.title)
    )

    (tmp_path / "record.pdf").write_bytes(content)
    with pikepdf.open(tmp_path / "record.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
