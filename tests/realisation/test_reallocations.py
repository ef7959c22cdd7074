"""What becomes of a leftover: where it comes from, who proposes, which body decides, and the movement in the same act."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.demo import polls
from bp_platform.pages import projections
from cycles import services as cycle_services
from proposals.models import Stage
from realisation import selectors, services
from realisation.models import EnvelopeTransfer, LedgerEntry, Reallocation
from tests.factories import cycles, meetings, voting
from tests.factories import realisation as factory
from tests.people import staff

WHY = "Le sol du jardin est à dépolluer."
COUNCIL = {"decided_by": "le conseil municipal", "decision": "Délibération 2026-044"}


@pytest.fixture
def next_envelope(town, at):
    return cycles.cycle(at, slug="2027", prefix="BP27").envelopes.get()


def propose(envelope, by, at, amount="5000.00", **facts) -> Reallocation:
    return services.propose_reallocation(
        envelope, **{"by": by, "at": at, "amount_eur": Decimal(amount), "reason": WHY} | facts
    )


def decide(row, by, at, **facts) -> Reallocation:
    return services.decide_reallocation(row, **{"by": by, "at": at, "on": at.date()} | COUNCIL | facts)


def left(envelope) -> Decimal:
    return selectors.balance_of(envelope).left_eur


def acts() -> list[tuple[str, str]]:
    rows = JournalEntry.objects.filter(act__contains="reallocation").order_by("pk")
    return list(rows.values_list("act", "role"))


def test_a_leftover_helps_a_project_in_difficulty(cycle, envelope, delivery, paula, farid, at):
    row = propose(envelope, paula, at, delivery=delivery)
    assert (row.state, left(envelope), acts()) == ("proposed", 60000, [("propose_reallocation", "participation")])

    done = decide(row, farid, at)

    assert (done.state, done.entry.kind, done.entry.amount_eur, done.transfer) == ("decided", "budgeted", 5000, None)
    assert (done.entry.decided_by, done.entry.document) == ("le conseil municipal", "Délibération 2026-044")
    assert (left(envelope), selectors.account_of(delivery).available_eur) == (55000, 45000)
    assert acts()[-1] == ("decide_reallocation", "finance")
    assert list(selectors.breaches(cycle)) == []


def test_it_goes_to_the_next_edition_or_back_to_the_town(cycle, envelope, delivery, next_envelope, farid, at):
    onward = decide(propose(envelope, farid, at, target=next_envelope), farid, at)
    back = decide(propose(envelope, farid, at, "1000.00", elsewhere="le budget général"), farid, at)

    assert (onward.transfer.target, onward.entry, back.transfer.elsewhere) == (next_envelope, None, "le budget général")
    assert (left(envelope), left(next_envelope)) == (54000, 105000)


def test_a_project_of_another_envelope_gets_it_by_a_transfer(cycle, envelope, delivery, farid, at):
    other = cycle.envelopes.create(name="Enveloppe des écoles", amount_eur=Decimal(1000))
    row = propose(other, farid, at, "900.00", delivery=delivery)

    done = decide(row, farid, at)

    assert (done.transfer.source, done.transfer.target, done.entry.envelope) == (other, envelope, envelope)
    assert (left(other), left(envelope), selectors.account_of(delivery).available_eur) == (100, 60000, 40900)


@pytest.fixture
def after_the_vote(town):
    """An edition whose vote, opened and counted, has taken the bench and left the school."""
    cycle = voting.cycle_with_projects(is_hidden=True)
    now = voting.clock()
    votes = {p.number: 300 - 60 * place for place, p in enumerate(cycle.proposals.order_by("price_eur", "pk"))}
    polls.finished(cycle, (now - timedelta(days=3), now - timedelta(days=2)), votes)
    return cycle


def test_the_next_of_the_list_becomes_a_delivery(after_the_vote, paula, farid, green_spaces):
    now, envelope = voting.clock(), after_the_vote.envelopes.get()
    found = selectors.next_projects(after_the_vote)
    project = found[0].proposal
    assert [n.rank for n in found] == sorted(n.rank for n in found)
    assert {n.proposal.stage for n in found} == {Stage.NOT_SELECTED}
    promise = services.Promise(green_spaces, "Nadia Lemaire", date(2027, 6, 30))
    with pytest.raises(Refused, match="proposez ce montant exactement"):
        propose(envelope, farid, now, "1.00", proposal=project)
    winner = after_the_vote.proposals.filter(stage=Stage.WINNER).first()
    with pytest.raises(Refused, match="n’est pas parmi les suivants au résultat du vote"):
        propose(envelope, farid, now, proposal=winner)
    row = propose(envelope, farid, now, str(found[0].price_eur), proposal=project)
    facts = {"on": now.date(), "promise": promise}
    with pytest.raises(Refused, match="équipe participation"):
        decide(row, farid, now, **facts)
    with pytest.raises(ValidationError, match="choisissez qui réalisera ce projet"):
        decide(row, paula, now, on=now.date())

    done = decide(row, paula, now, **facts)

    project.refresh_from_db()
    assert (project.stage, project.delivery.resolution) == (Stage.DELIVERY, "Délibération 2026-044")
    assert (done.entry.delivery, done.entry.amount_eur) == (project.delivery, found[0].price_eur)
    assert project.number not in {n.proposal.number for n in selectors.next_projects(after_the_vote)}
    assert list(projections.breaches()) == []


def test_a_refusal_keeps_its_reason(envelope, delivery, paula, at):
    row = propose(envelope, paula, at, delivery=delivery)
    with pytest.raises(ValidationError, match="dites pourquoi cette affectation est refusée"):
        services.refuse_reallocation(row, by=paula, at=at, decided_by="le comité", on=at.date(), reason=" ")

    done = services.refuse_reallocation(row, by=paula, at=at, decided_by="le comité", on=at.date(), reason="Trop cher.")

    assert (done.state, done.refusal, left(envelope)) == ("refused", "Trop cher.", 60000)
    assert acts()[-1] == ("refuse_reallocation", "participation")
    with pytest.raises(Refused, match="l’état actuel est « refusée »"):
        services.refuse_reallocation(row, by=paula, at=at, decided_by="le comité", on=at.date(), reason="Encore.")


def test_what_is_refused_changes_nothing(cycle, envelope, delivery, next_envelope, paula, bruno, farid, at):
    stopped = factory.delivery(cycle, at, price="1000.00")
    services.abandon(stopped, by=factory.HAND, at=at, reason="Le sol est pollué.")
    far = cycles.cycle(at, slug="2028", prefix="BP28")
    for facts, said in (
        ({"by": bruno, "delivery": delivery}, "Seules les finances et l’équipe participation"),
        ({"amount": "60000.00", "delivery": delivery}, "Il reste 59\u00a0000,00\u00a0€ sur cette enveloppe"),
        ({"delivery": stopped}, "Ce projet est abandonné"),
        ({"target": envelope}, "Le reliquat va à une autre enveloppe"),
        ({"envelope": far.envelopes.get(), "target": envelope, "amount": "1.00"}, "Le reliquat va à une autre"),
        ({"envelope": far.envelopes.get(), "delivery": delivery, "amount": "1.00"}, "Ce projet est d’une autre édition"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            propose(facts.pop("envelope", envelope), facts.pop("by", farid), at, **facts)
    with pytest.raises(ValidationError, match="une destination, et une seule"):
        propose(envelope, farid, at)
    row = propose(envelope, farid, at, delivery=delivery)
    with pytest.raises(Refused, match="Seule la direction des finances passe des écritures"):
        decide(row, paula, at)
    for facts, said in (
        ({"on": at.date() + timedelta(days=1)}, "une décision ne porte pas une date à venir"),
        ({"decided_by": " "}, "dites qui a décidé"),
        ({"decision": " "}, "indiquez la référence de la décision"),
    ):
        with pytest.raises(ValidationError, match=said):
            decide(row, farid, at, **facts)
    services.transfer(
        envelope, None, by=farid, at=at, amount_eur=Decimal(56000), on=at.date(), elsewhere="ailleurs",
        decided_by="le conseil", decision="D1",
    )  # fmt: skip
    with pytest.raises(Refused, match="Il reste 3\u00a0000,00\u00a0€ sur cette enveloppe"):
        decide(row, farid, at)
    row.refresh_from_db()
    assert (row.state, LedgerEntry.objects.filter(kind="budgeted").count()) == ("proposed", 2)


def test_the_same_proposal_posted_twice_is_one(envelope, delivery, farid, at):
    key = uuid4()

    assert propose(envelope, farid, at, delivery=delivery, key=key) == propose(envelope, farid, at, delivery=delivery, key=key)  # fmt: skip


def test_where_a_leftover_comes_from(cycle, envelope, delivery, farid, at):
    services.release(
        delivery, by=farid, at=at, amount_eur=Decimal("250.50"), on=at.date(), document="CR", label="Solde"
    )
    decide(propose(envelope, farid, at, "1000.00", elsewhere="le budget général"), farid, at)
    stopped = factory.delivery(cycle, at, price="700.00")
    services.abandon(stopped, by=factory.HAND, at=at, reason="Le sol est pollué.")

    found = selectors.leftovers(cycle)[0]

    assert [(s.label, s.amount_eur) for s in found.sources] == [
        ("Jamais affecté à un projet", Decimal("59300.00")),
        (f"{delivery.proposal.title}\u00a0: moins cher", Decimal("250.50")),
        ("Déjà transféré", Decimal("-1000.00")),
    ]
    assert sum(s.amount_eur for s in found.sources) == found.left_eur == left(envelope)
    assert [(s.label, s.amount_eur) for s in found.to_give_back] == [(stopped.proposal.title, Decimal("700.00"))]


def test_a_transfer_is_reversed_once(envelope, next_envelope, delivery, farid, paula, at):
    row = decide(propose(envelope, farid, at, target=next_envelope), farid, at).transfer
    facts = {"by": farid, "at": at, "reason": "Mauvaise édition", "document": "Note 9"}
    for wrong, error, said in (
        ({"by": paula}, Refused, "Seule la direction des finances"),
        ({"reason": " "}, ValidationError, "dites pourquoi ce transfert est annulé"),
        ({"document": " "}, ValidationError, "indiquez la pièce qui justifie"),
    ):
        with pytest.raises(error, match=said):
            services.reverse_transfer(row, **facts | wrong)

    made = services.reverse_transfer(row, **facts)

    assert (made.amount_eur, made.reverses, made.reason) == (-5000, row, "Mauvaise édition")
    assert (left(envelope), left(next_envelope)) == (60000, 100000)
    assert JournalEntry.objects.filter(act="reverse_transfer", role="finance").count() == 2
    for again in (row, made):
        with pytest.raises(Refused, match="déjà une annulation, ou déjà annulé"):
            services.reverse_transfer(again, **facts)
    line = selectors.reallocation_lines(envelope.cycle)[0]
    assert line.state == "Annulée depuis"


def test_a_transfer_already_spent_there_is_not_reversed(envelope, next_envelope, delivery, farid, at):
    row = decide(propose(envelope, farid, at, target=next_envelope), farid, at).transfer
    factory.delivery(next_envelope.cycle, at, price="104000.00")

    with pytest.raises(Refused, match="Il reste 1\u00a0000,00\u00a0€ sur cette enveloppe"):
        services.reverse_transfer(row, by=farid, at=at, reason="Erreur", document="Note 9")


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def ines(db, at):
    """Inès controls, and only reads."""
    return staff("ines", "Inès", "Faure", Role.AUDITOR, at)


def test_papers_are_public_or_kept(envelope, delivery, farid, ines, bruno, at, sign_in, client):
    row = propose(envelope, farid, at, elsewhere="le budget général")
    done = decide(row, farid, at, paper=SimpleUploadedFile("deliberation.pdf", PDF), is_public=True)
    kept = services.attach(done.transfer, SimpleUploadedFile("rib.pdf", PDF), by=farid, at=at, title="RIB")
    with pytest.raises(Refused, match="Seule la direction des finances"):
        services.attach(done.transfer, SimpleUploadedFile("rib.pdf", PDF), by=bruno, at=at)

    public = done.papers.get()
    page = client.get("/2026/argent/").content.decode()
    csv = b"".join(client.get("/2026/argent.csv").streaming_content).decode()

    assert (public.title, str(public.file.uid) in page, str(kept.file.uid) in page + csv) == ("Délibération 2026-044", True, False)  # fmt: skip
    assert client.get(f"/fichiers/{public.file.uid}/deliberation.pdf").status_code == 200
    assert client.get(f"/fichiers/{kept.file.uid}/rib.pdf").status_code == 404
    opened = sign_in(ines).get(f"/bureau/finances/justificatif/{kept.uid}/")
    assert client.get(opened.url).status_code == 200
    assert sign_in(bruno).get(f"/bureau/finances/justificatif/{kept.uid}/").status_code == 404

    services.show_paper(kept, by=farid, at=at, is_public=True)
    services.show_paper(kept, by=farid, at=at, is_public=True)
    assert str(kept.file.uid) in b"".join(client.get("/2026/argent.csv").streaming_content).decode()
    services.show_paper(kept, by=farid, at=at, is_public=False)
    assert client.get(f"/fichiers/{kept.file.uid}/rib.pdf").status_code == 404
    acts = JournalEntry.objects.filter(act__endswith="_paper").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["attach_paper", "attach_paper", "publish_paper", "withdraw_paper"]


MOVES = st.lists(
    st.tuples(st.sampled_from(["propose", "decide", "refuse", "transfer", "undo", "release", "commit"]), st.integers(1, 9_000_000)),
    min_size=2,
    max_size=12,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_is_decided_the_sums_hold_and_undoing_restores(cycle, envelope, delivery, next_envelope, at, moves):
    with transaction.atomic():
        hand = factory.HAND
        for n, (move, cents) in enumerate(moves):
            before = selectors.money_of(cycle)
            try:
                with transaction.atomic():
                    step(move, n, Decimal(cents) / 100, envelope, delivery, next_envelope, at)
            except Refused:
                assert selectors.money_of(cycle) == before
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for edition in (cycle, next_envelope.cycle):
            page = selectors.money_page(edition)
            assert list(selectors.breaches(edition)) == []
            assert page.money == selectors.money_of(edition)
            assert sum(part.amount_eur for part in page.money.slices) == page.money.total_eur
        for row in EnvelopeTransfer.objects.filter(reverses=None, reversal=None).order_by("-pk"):
            services.reverse_transfer(row, by=hand, at=at, reason="Erreur", document="Note")
        assert selectors.balance_of(next_envelope).left_eur == 100000
        assert (selectors.money_of(cycle).moved_eur, selectors.money_of(next_envelope.cycle).received_eur) == (0, 0)
        transaction.set_rollback(True)


def step(move, n, amount, envelope, delivery, next_envelope, at) -> None:
    hand = factory.HAND
    open_ = Reallocation.objects.filter(state="proposed").order_by("pk").first()
    if move == "propose":
        aims = ({"delivery": delivery}, {"target": next_envelope}, {"elsewhere": "le budget général"})
        propose(envelope, hand, at, str(amount), **aims[n % 3])
    elif move == "decide" and open_:
        decide(open_, hand, at)
    elif move == "refuse" and open_:
        services.refuse_reallocation(open_, by=hand, at=at, decided_by="le comité", on=at.date(), reason="Non.")
    elif move == "transfer":
        services.transfer(
            envelope, next_envelope, by=hand, at=at, amount_eur=amount, on=at.date(), decided_by="x", decision="D"
        )
    elif move == "undo":
        last = EnvelopeTransfer.objects.order_by("-pk").first()
        if last:
            services.reverse_transfer(last, by=hand, at=at, reason="Erreur", document="Note")
    elif move in {"release", "commit"}:
        factory.enter(delivery, move, str(amount), at)


def test_where_a_body_decides_of_what_is_left_its_decision_comes_first(next_envelope, farid, paula, at):
    cycle = next_envelope.cycle
    rule = {"code": "suivi", "name": "le comité de suivi", "decides": ["leftovers"]}
    values = cycles.next_version(cycle).values | {"bodies": {"listed": [rule]}, "leftovers": {"unspent": "body"}}
    cycles.adopt(cycle, values)
    row = propose(next_envelope, farid, at, elsewhere="le budget général")

    for act in (lambda: decide(row, farid, at), lambda: refuse(row, farid, at)):
        with pytest.raises(Refused, match="notez-la d’abord parmi les décisions de l’instance"):
            act()
    body = meetings.body(at, cycle=cycle, rule_code="suivi", powers=["leftovers"])
    meetings.member(at, body, "Aïcha Benali")
    cycle_services.record_decision(body, by=paula, at=at, matter="leftovers", subject="Le sol", votes_for=1)

    assert decide(row, farid, at).state == "decided"


def refuse(row, by, at):
    return services.refuse_reallocation(
        row, by=by, at=at, decided_by="le comité de suivi", on=at.date(), reason="Trop cher."
    )
