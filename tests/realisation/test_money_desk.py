"""The finance officer's pages: an export shown and entered, undone; a leftover proposed and decided; one truth everywhere."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html import unescape
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from bp_platform.accounts.models import Role
from bp_platform.documents.models import StoredFile
from cycles import selectors as cycle_selectors
from cycles.models import CycleState, RulebookVersion
from realisation import selectors, services
from realisation.models import Delivery, LedgerEntry, LedgerImport, MoneyPaper, Reallocation
from tests.factories import cycles
from tests.factories import realisation as factory
from tests.people import staff

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
IMPORT = "/bureau/finances/2026/importer/"


def words(page: str) -> str:
    """The page as text: tags gone, spaces joined, no-break spaces plain."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u202f", " "))


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(uid|key|name)" value="([^"]*)"', page))


def export(delivery, *lines: str) -> SimpleUploadedFile:
    titles = "Opération;Nature;Montant TTC;Date;Pièce;Objet;Référence"
    content = "\n".join([titles, *(f"OP-{delivery.proposal.number};{line}" for line in lines)])
    return SimpleUploadedFile("ciril.csv", content.encode("cp1252"))


ORDER = "Engagement;1 200,50 €;02/02/2026;E1;Chênes;e1"


@pytest.fixture
def addresses(delivery, envelope, farid, at):
    """Every new page of the desk, by who has it."""
    file = export(delivery, ORDER).file
    batch = services.import_ledger(delivery.proposal.cycle, file, by=farid, at=at, file_name="a.csv")
    row = services.propose_reallocation(
        envelope, by=farid, at=at, amount_eur=Decimal(5), reason="Non.", elsewhere="ailleurs"
    )
    move = services.transfer(
        envelope,
        None,
        by=farid,
        at=at,
        amount_eur=Decimal(5),
        on=at.date(),
        decided_by="x",
        decision="D",
        elsewhere="y",
    )
    entry = batch.entries.get()
    return {
        "books": [
            IMPORT, f"/bureau/finances/imports/{batch.pk}/", f"/bureau/finances/transferts/{move.pk}/annuler/",
            f"/bureau/finances/justificatifs/ecriture/{entry.pk}/", f"/bureau/finances/justificatifs/transfert/{move.pk}/",
        ],
        "both": [
            "/bureau/reliquats/", "/bureau/reliquats/2026/", f"/bureau/reliquats/affectation/{row.pk}/",
            f"/bureau/finances/justificatifs/reliquat/{row.pk}/",
        ],
    }  # fmt: skip


MATRIX = {"farid": {"books", "both"}, "paula": {"both"}, "bruno": set(), "elias": set()}


@pytest.mark.parametrize("name", MATRIX)
def test_a_page_exists_for_who_has_it(request, addresses, sign_in, name):
    client = sign_in(request.getfixturevalue(name))

    shown = {desk: {client.get(path).status_code for path in paths} for desk, paths in addresses.items()}

    assert shown == {desk: {200} if desk in MATRIX[name] else {404} for desk in addresses}
    assert client.get("/bureau/finances/justificatifs/ailleurs/1/").status_code == 404


def test_an_export_is_shown_entered_and_undone(delivery, farid, sign_in):
    client = sign_in(farid)
    response = client.post(IMPORT, {"file": export(delivery, ORDER)})
    page = words(response.content.decode())
    assert "1 écriture à entrer" in page
    assert "1 200,50 € avant : 0,00 €" in page
    assert LedgerImport.objects.count() == 0

    facts = hidden(response.content.decode())
    done = client.post(f"{IMPORT}valider/", facts)
    again = client.post(f"{IMPORT}valider/", facts)

    batch = LedgerImport.objects.get()
    assert done.url == again.url == f"/bureau/finances/imports/{batch.pk}/"
    assert said(done) == ["1 écriture est entrée."]
    assert (batch.file_name, StoredFile.objects.count()) == ("ciril.csv", 0)
    assert "Farid Kaci" in words(client.get(IMPORT).content.decode())

    refused = client.post(done.url, {"reason": "", "document": ""})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"reason", "document"})
    undone = client.post(done.url, {"reason": "Mauvais fichier", "document": "Note 3"})
    assert said(undone) == ["L’import « ciril.csv » est annulé.".replace("« ", "«\u00a0").replace(" »", "\u00a0»")]
    assert "Mauvais fichier" in words(client.get(done.url).content.decode())


def test_a_file_with_a_fault_is_told_and_a_left_one_is_forgotten(delivery, farid, sign_in):
    client = sign_in(farid)
    bad = client.post(IMPORT, {"file": export(delivery, ORDER, "Bail;1;02/02/2026;E2;Chênes;e2")})
    text = words(bad.content.decode())
    assert (bad.status_code, "Ligne 3, nature" in text, hidden(bad.content.decode())) == (422, True, {})
    assert client.post(IMPORT, {}).context["form"].errors == {"file": ["choisissez le fichier exporté du logiciel financier."]}  # fmt: skip

    shown = client.post(IMPORT, {"file": export(delivery, ORDER)})
    facts = hidden(shown.content.decode())
    left = client.post(f"{IMPORT}valider/", facts | {"acte": "abandonner"})
    late = client.post(f"{IMPORT}valider/", facts)

    assert "rien n’a été importé" in said(left)[0]
    assert "Ce fichier n’est plus là" in " ".join(said(late))
    assert client.post(f"{IMPORT}valider/", {}).url == IMPORT
    assert (LedgerImport.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_the_command_tells_then_enters(delivery, tmp_path, capsys):
    path = tmp_path / "ciril.csv"
    path.write_bytes(export(delivery, ORDER).read())

    call_command("import_ledger", str(path), "--cycle", "2026")
    assert LedgerEntry.objects.filter(kind="committed").count() == 0
    call_command("import_ledger", str(path), "--cycle", "2026", "--apply")

    out = capsys.readouterr().out.replace("\u00a0", " ").replace("\u202f", " ")
    assert f"{delivery.proposal.number} : engagé 0,00 € → 1 200,50 €" in out
    assert (LedgerImport.objects.get().entered_by, LedgerEntry.objects.filter(kind="committed").count()) == (None, 1)
    for arguments, why in (
        ((str(path), "--cycle", "2026", "--apply"), "il n’y a rien à importer"),
        ((str(path), "--cycle", "2031"), "Aucune édition n’a l’adresse"),
        ((str(tmp_path / "rien.csv"), "--cycle", "2026"), "Le fichier ne s’ouvre pas"),
    ):
        with pytest.raises(CommandError, match=why):
            call_command("import_ledger", *arguments)
    path.write_bytes(export(delivery, "Bail;1;02/02/2026;E2;Chênes;e2").read())
    with pytest.raises(CommandError, match="Ce fichier a 1 ligne à revoir"):
        call_command("import_ledger", str(path), "--cycle", "2026", "--apply")


def test_a_leftover_is_proposed_then_decided_with_its_paper(delivery, farid, paula, client, sign_in):
    row = {
        "envelope": delivery.envelope_id,
        "where": f"project:{delivery.pk}",
        "amount_eur": "1 500,00",
        "elsewhere": "",
    }
    facts = row | {"reason": "Le sol est pollué.", "key": str(uuid4())}
    desk = sign_in(paula)
    for change, field in (
        ({"where": ""}, "where"), ({"where": "elsewhere:"}, "elsewhere"), ({"elsewhere": "Ici"}, "elsewhere"),
        ({"where": f"edition:{delivery.envelope_id}"}, "where"), ({"amount_eur": "99 999,00"}, "amount_eur"),
        ({"reason": ""}, "reason"),
    ):  # fmt: skip
        refused = desk.post("/bureau/reliquats/2026/", facts | change)
        assert (refused.status_code, set(refused.context["form"].errors)) == (422, {field})
        assert "Le sol est pollué." in refused.content.decode() or change == {"reason": ""}
    assert desk.post("/bureau/reliquats/2026/", facts).status_code == 303

    found = Reallocation.objects.get()
    shown = words(client.get("/2026/argent/").content.decode())
    assert "Ce que devient le reliquat" in shown
    assert "en attente de décision" in shown
    path = f"/bureau/reliquats/affectation/{found.pk}/"
    assert "Seule la direction des finances passe des écritures." in words(desk.get(path).content.decode())
    given = {"decided_by": "le conseil", "on": "2026-03-02", "decision": "Délibération 12", "is_public": "on"}
    office = sign_in(farid)
    bad = office.post(path, given | {"decision": "", "acte": "decider"})
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"decision"})
    script = SimpleUploadedFile("d.pdf", b"<script>")
    assert set(office.post(path, given | {"paper": script}).context["form"].errors) == {"paper"}

    done = office.post(path, given | {"paper": SimpleUploadedFile("d.pdf", PDF), "acte": "decider"})

    assert done.status_code == 303
    found.refresh_from_db()
    assert (found.state, found.entry.amount_eur, MoneyPaper.objects.get().reallocation) == ("decided", 1500, found)
    assert "Délibération 12" in words(client.get("/2026/argent/").content.decode())
    assert "C’est fait" in words(office.get(path).content.decode())
    late = office.post(path, given | {"acte": "decider"})
    assert late.status_code == 422


def test_a_refusal_is_recorded_and_public(delivery, envelope, paula, at, client, sign_in):
    row = services.propose_reallocation(
        envelope, by=paula, at=at, amount_eur=Decimal(5), reason="Le sol.", delivery=delivery
    )
    path = f"/bureau/reliquats/affectation/{row.pk}/"
    desk = sign_in(paula)
    given = {"acte": "refuser", "refus-decided_by": "le comité", "refus-on": "2026-03-02", "refus-refusal": ""}
    assert set(desk.post(path, given).context["refusal"].errors) == {"refusal"}

    assert desk.post(path, given | {"refus-refusal": "Trop tôt."}).status_code == 303

    assert "Motif du refus : Trop tôt." in words(client.get("/2026/argent/").content.decode())


def test_an_entry_and_a_transfer_carry_their_paper(delivery, envelope, farid, sign_in):
    desk = sign_in(farid)
    entry = {
        "kind": "committed", "delivery": delivery.pk, "amount_eur": "12,50", "on": "2026-03-02", "document": "BC 7",
        "label": "Chênes", "decided_by": "", "key": str(uuid4()),
    }  # fmt: skip
    bad = desk.post("/bureau/finances/2026/", entry | {"paper": SimpleUploadedFile("bc.pdf", b"non")})
    assert (bad.status_code, set(bad.context["form"].errors), delivery.entries.count()) == (422, {"paper"}, 1)
    for _twice in range(2):
        assert (
            desk.post("/bureau/finances/2026/", entry | {"paper": SimpleUploadedFile("bc.pdf", PDF)}).status_code == 303
        )
    paper = MoneyPaper.objects.get()
    assert (paper.title, paper.is_public, paper.entry.document) == ("BC 7", False, "BC 7")
    path = f"/bureau/finances/justificatifs/ecriture/{paper.entry_id}/"
    assert said(desk.post(path, {"acte": "publier", "uid": paper.uid}))[-1] == "Ce justificatif est public."
    assert said(desk.post(path, {"acte": "retirer", "uid": paper.uid}))[-1] == "Ce justificatif n’est plus public."
    assert desk.post(path, {"acte": "publier", "uid": "x"}).status_code == 404
    assert desk.post(path, {"title": "Avenant", "paper": SimpleUploadedFile("a.pdf", PDF)}).status_code == 303
    assert desk.post(path, {"title": "Avenant"}).status_code == 422

    move = services.transfer(
        envelope, None, by=farid, at=paper.added_at, amount_eur=Decimal(5), on=paper.added_at.date(), decided_by="x",
        decision="D 4", elsewhere="y",
    )  # fmt: skip
    back = desk.post(f"/bureau/finances/transferts/{move.pk}/annuler/", {"reason": "Erreur", "document": "Note"})
    assert back.status_code == 303
    twice = desk.post(f"/bureau/finances/transferts/{move.pk}/annuler/", {"reason": "Erreur", "document": "Note"})
    assert "déjà une annulation" in words(twice.content.decode())


def test_the_auditor_reads_the_ledger_and_its_papers_and_writes_nothing(delivery, envelope, addresses, farid, at, sign_in):  # fmt: skip
    entry = delivery.entries.get(document="E1")
    paper = services.attach(entry, SimpleUploadedFile("bc.pdf", PDF), by=farid, at=at, title="Bon", is_public=False)
    papers = f"/bureau/finances/justificatifs/ecriture/{entry.pk}/"
    officer = sign_in(farid).get("/bureau/finances/2026/").content.decode()
    assert "Passer une écriture" in officer and "Annuler" in officer
    desk = sign_in(staff("ines", "Inès", "Moreau", Role.AUDITOR, at))

    page = desk.get("/bureau/finances/2026/").content.decode()
    beside = desk.get(papers).content.decode()

    assert "/bureau/finances/2026/" in desk.get("/bureau/finances/").content.decode()
    assert "1\u00a0200,50\u00a0€" in page.replace("\u202f", "\u00a0") and papers in page
    assert not {
        word
        for word in ("Passer une écriture", "Annuler", "Importer du", "/2026/transfert/", "/annuler/")
        if word in page
    }
    assert "Bon" in beside and '<form method="post"' not in beside.partition("<main")[2].partition("</main>")[0]
    assert desk.get(f"/bureau/finances/justificatif/{paper.uid}/").status_code in {302, 404}
    lines = LedgerEntry.objects.count()
    assert desk.post("/bureau/finances/2026/", {"kind": "paid"}).status_code == 404
    assert desk.post(papers, {"title": "X", "paper": SimpleUploadedFile("a.pdf", PDF)}).status_code == 422
    refused = said(desk.post(papers, {"acte": "publier", "uid": paper.uid}))[-1]
    assert refused == "Seule la direction des finances passe des écritures."
    paper.refresh_from_db()
    assert (LedgerEntry.objects.count(), MoneyPaper.objects.count(), paper.is_public) == (lines, 1, False)
    hands = [IMPORT, f"/bureau/finances/ecritures/{entry.pk}/annuler/", "/bureau/finances/2026/transfert/"]
    assert [desk.get(path).status_code for path in hands] == [404, 404, 404]


def test_every_page_tells_the_same_money(cycle, delivery, envelope, farid, at, client, sign_in):
    """What another edition gave is never counted as voted, on any page; and the CSV gives the same sums."""
    older = cycles.cycle(at, slug="2025", prefix="BP25").envelopes.get()
    services.transfer(
        older, envelope, by=farid, at=at, amount_eur=Decimal("15000.50"), on=at.date(), decided_by="x", decision="D"
    )
    factory.spent(delivery, at, committed="12000.00", invoiced="11999.99", paid="8000.25")
    cycle.state = CycleState.CLOSED
    cycle.save(update_fields=["state"])

    home = words(client.get("/2026/").content.decode())
    editions = words(client.get("/editions/").content.decode())
    page = words(client.get("/2026/argent/").content.decode())
    desk = words(sign_in(farid).get("/bureau/finances/").content.decode())
    raw = b"".join(client.get("/2026/argent.csv").streaming_content).decode("utf-8-sig")

    assert "100 000 € pour la ville" in home
    assert "Édition 2026 : 100 000 € votés. S’y ajoutent 15 000,50 € venus d’une autre édition." in home
    assert "100 000 €." in editions
    assert "8 000,25 € payés sur 100 000 € votés" in page
    assert "100 000,00 € votés, et 15 000,50 € venus d’une autre édition." in page
    assert "Total : 115 000,50 €" in page
    assert "Total : 115 000,50 €" in home
    assert "Édition 2026 100 000,00 € 15 000,50 € 8 000,25 € 75 000,50 €" in desk
    sums = selectors.money_of(cycle)
    totals: dict[str, Decimal] = {}
    for line in csv.DictReader(io.StringIO(raw), delimiter=";"):
        totals[line["nature"]] = totals.get(line["nature"], Decimal(0)) + Decimal(line["montant"])
    assert totals == {
        "voté": sums.voted_eur, "voté pour ce projet": Decimal("40000.00"), "engagé": Decimal("12000.00"),
        "facturé": Decimal("11999.99"), "payé": sums.paid_eur, "transféré": sums.received_eur,
    }  # fmt: skip
    row = "Enveloppe de la ville 100 000,00 € 15 000,50 € 40 000,00 € 12 000,00 € 11 999,99 € 8 000,25 € 75 000,50 €"
    assert row in page


def test_what_the_reglement_says_of_the_leftover_is_shown(cycle, farid, at, client, sign_in):
    values = cycle_selectors.rules_of(cycle).model_dump(mode="json")
    values["leftovers"]["unspent"] = "next_edition"
    RulebookVersion.objects.create(cycle=cycle, number=9, values=values, state="adopted", adopted_at=at)
    factory.delivery(cycle, at)

    for page in (client.get("/2026/argent/"), sign_in(farid).get("/bureau/reliquats/2026/"), sign_in(farid).get("/bureau/finances/2026/transfert/")):  # fmt: skip
        assert "L’argent qui n’est pas dépensé revient à l’édition suivante." in words(page.content.decode())


@pytest.mark.parametrize("number", [1, 3])
def test_the_desks_cost_the_same_for_one_and_for_three(cycle, envelope, farid, at, sign_in, django_assert_num_queries, number):  # fmt: skip
    for n in range(number):
        made = factory.delivery(cycle, at, price="20000.00")
        services.import_ledger(cycle, export(made, f"Engagement;1;02/02/2026;E{n};Chênes;e{n}").file, by=farid, at=at, file_name="a.csv")  # fmt: skip
        services.propose_reallocation(envelope, by=farid, at=at, amount_eur=Decimal(5), reason="Non.", delivery=made)
    client = sign_in(farid)
    client.get("/bureau/finances/")

    for path, queries in ((IMPORT, 5), ("/bureau/reliquats/2026/", 19), ("/bureau/finances/2026/", 14)):
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200


def test_three_hundred_projects_and_three_thousand_entries(town, at, client, django_assert_num_queries):
    """One page, a few queries, each project's lines folded; the CSV is sent as it is read."""
    cycle = cycles.cycle(at, open_phase="realisation")
    cycle.envelopes.update(amount_eur=Decimal(3_000_000))
    first = factory.delivery(cycle, at, price="1000.00")
    crowd(first, 300, at)
    client.get("/2026/")

    with django_assert_num_queries(8):
        page = client.get("/2026/argent/").content.decode()
    with django_assert_num_queries(7):
        lines = b"".join(client.get("/2026/argent.csv").streaming_content).count(b"\n")

    assert (page.count('<details class="panel"'), page.count('data-label="Pièce"')) == (300, 3000)
    assert lines == 1 + 1 + 3000


def crowd(first: Delivery, number: int, at) -> None:
    """As many projects as the first, each with ten lines."""
    from proposals.models import Proposal

    facts = {f.attname: getattr(first.proposal, f.attname) for f in Proposal._meta.concrete_fields if f.name != "id"}
    rows = [
        Proposal(**facts | {"number": f"BP26-{n:04d}", "code_digest": f"crowd-{n}"}) for n in range(1001, 1000 + number)
    ]
    own = {f.attname: getattr(first, f.attname) for f in Delivery._meta.concrete_fields if f.name != "id"}
    made = Delivery.objects.bulk_create(
        Delivery(**own | {"proposal_id": row.pk}) for row in Proposal.objects.bulk_create(rows)
    )
    entry = first.entries.get()
    base = {
        f.attname: getattr(entry, f.attname) for f in LedgerEntry._meta.concrete_fields if f.name not in {"id", "key"}
    }
    LedgerEntry.objects.bulk_create(
        LedgerEntry(**base | {"delivery_id": row.pk, "amount_eur": Decimal(100), "key": uuid4()})
        for row in [first, *made]
        for _n in range(9 if row == first else 10)
    )
