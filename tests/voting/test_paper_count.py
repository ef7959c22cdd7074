"""PROTOCOL §6.5.20–21: what was found on paper is stated, then counted together with what came online."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.db import IntegrityError, transaction

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from tests.factories import paper
from tests.factories import voting as make
from tests.people import staff
from voting import canonical, reports, selectors, services
from voting.models import Ballot, BatchState, Incident, PaperBalance, PaperBallot, PaperBatch, PollState

pytestmark = pytest.mark.django_db

WISHES = [("BP26-0003",)] * 9 + [("BP26-0001", "BP26-0003")] * 4 + [("BP26-0002",)] * 5 + [()] * 2


@pytest.fixture
def colette(db, at):
    return staff("colette", "Colette", "Nguyen", Role.COUNT, at)


@pytest.fixture
def dora(db, at):
    return staff("dora", "Dora", "Blum", Role.COUNT, at)


@pytest.fixture
def voted(draft, review, colette):
    """Twenty people vote; `voted(12)`: twelve of them on paper, and the vote is closed."""

    def _voted(on_paper):
        people = make.admit(draft, *(f"Voisin {n:02d}" for n in range(len(WISHES))))
        poll = make.seal(draft)
        for entry, wish in list(zip(people, WISHES, strict=True))[on_paper:]:
            services.cast_many(poll, [review(poll, entry, *wish)])
        paper.mark_on_paper(poll, people[:on_paper], colette)
        return services.close(poll, by=make.BUILDER, at=paper.after())

    return _voted


@pytest.fixture
def keyed(colette, dora):
    """A pile of these ballots, keyed twice and agreed."""

    def _keyed(poll, wishes=WISHES):
        lines = [wish if isinstance(wish, str) else paper.line(poll, *wish) for wish in wishes]
        batch = paper.key(paper.pile(poll, colette, len(lines)), colette, *lines)
        return paper.key(batch, dora, *lines)

    return _keyed


def count(poll, by=make.BUILDER):
    opened = services.open_box(poll, by=by, at=paper.after())
    return services.count(opened, by=by, at=paper.after())


def outcome(poll):
    [scope] = selectors.result_of(poll).scopes
    lines = [(line.project_id, line.rank, line.score.votes, line.is_taken) for line in scope.lines]
    return sorted(lines), selectors.result_of(poll).winners, scope.ballots


@pytest.mark.parametrize("on_paper", [0, 12, 20])
def test_paper_and_web_together_give_what_the_web_alone_gives(voted, keyed, colette, on_paper):
    """The golden case: whatever their channel, the same twenty ballots give the same result."""
    poll = voted(on_paper)
    if on_paper:
        keyed(poll, WISHES[:on_paper])
        services.state_balance(poll, "ville", by=colette, at=paper.after())

    lines, winners, ballots = outcome(count(poll))

    assert winners == ("BP26-0003", "BP26-0002")
    assert lines == [
        ("BP26-0001", 3, 4, False),
        ("BP26-0002", 2, 5, True),
        ("BP26-0003", 1, 13, True),
        ("BP26-0004", 4, 0, False),
    ]
    assert (ballots.cast, ballots.valid, ballots.blank, ballots.null) == (20, 18, 2, 0)


def test_paper_ballots_enter_the_urn_sorted_and_without_their_pile(voted, keyed, colette):
    poll = voted(12)
    keyed(poll, WISHES[:12])
    services.state_balance(poll, "ville", by=colette, at=paper.after())
    count(poll)

    contents = list(Ballot.objects.filter(channel="paper").order_by("pk").values_list("content", flat=True))
    assert contents == sorted(contents)
    assert len(contents) == 12
    assert Ballot.objects.filter(channel="web").count() == 8


def test_what_two_persons_agreed_is_what_is_counted(voted, colette, dora, at):
    poll = voted(2)
    emile = staff("emile", "Émile", "Roux", Role.COUNT, at)
    batch = paper.key(paper.pile(poll, colette, 2), colette, paper.line(poll, "BP26-0004"), "b")
    compared = paper.key(batch, dora, paper.line(poll, "BP26-0001"), "b")
    services.resolve(compared, 1, paper.reading(poll, paper.line(poll, "BP26-0004")), by=emile, at=paper.after())
    services.state_balance(poll, "ville", by=colette, at=paper.after())

    lines, _winners, _ballots = outcome(count(poll))

    assert [votes for _id, _rank, votes, _is_taken in lines] == [4, 5, 11, 1]


def test_blank_and_null_ballots_are_counted_as_such(voted, keyed, colette):
    poll = voted(3)
    keyed(poll, ["b", "ni", "ns"])
    services.state_balance(poll, "ville", by=colette, at=paper.after())
    counted = count(poll)

    assert list(
        Ballot.objects.exclude(null_reason="").order_by("null_reason").values_list("null_reason", "content")
    ) == [
        ("illegible", ""),
        ("signed", ""),
    ]
    view = selectors.record_view(counted)
    assert {item.label: item.value for item in view.scopes[0].ballots} == {
        "bulletins": "20",
        "valables": "15",
        "blancs ou non utilisés": 3,
        "nuls": 2,
    }


def test_the_count_waits_for_the_batches_and_the_balance(voted, colette, dora):
    poll = voted(2)
    opened = services.open_box(poll, by=make.BUILDER, at=paper.after())
    with pytest.raises(Refused, match="Le papier de .* n’est pas constaté"):
        services.count(opened, by=make.BUILDER, at=paper.after())
    batch = paper.key(paper.pile(poll, colette, 2), colette, "b", "b")
    with pytest.raises(Refused, match="Le lot 1 n’est pas saisi deux fois"):
        services.count(opened, by=make.BUILDER, at=paper.after())
    with pytest.raises(Refused, match="a des lots à finir"):
        services.state_balance(poll, "ville", by=colette, at=paper.after())
    paper.key(batch, dora, "b", "b")
    with pytest.raises(Refused, match="n’est pas constaté"):
        services.count(opened, by=make.BUILDER, at=paper.after())

    services.state_balance(poll, "ville", by=colette, at=paper.after())

    assert services.count(opened, by=make.BUILDER, at=paper.after()).state == PollState.COUNTED
    with pytest.raises(Refused, match="son papier ne change plus"):
        services.state_balance(opened, "ville", by=colette, at=paper.after())


def test_a_gap_needs_a_reason_and_is_never_corrected(voted, keyed, colette):
    poll = voted(5)
    keyed(poll, WISHES[:3])
    with pytest.raises(Refused, match="Il manque 2 bulletins"):
        services.state_balance(poll, "ville", by=colette, at=paper.after(), reason=" ")
    with pytest.raises(IntegrityError, match="balance_gap_is_explained"), transaction.atomic():
        PaperBalance.objects.create(
            poll=poll, scope="ville", marks=5, contested=0, ballots=3, stated_by=colette, stated_at=paper.after()
        )

    stated = services.state_balance(poll, "ville", by=colette, at=paper.after(), reason="Deux non rapportés.")
    again = services.state_balance(poll, "ville", by=colette, at=paper.after(), reason="Deux enveloppes vides.")

    assert (stated.marks, stated.contested, stated.ballots) == (5, 0, 3)
    assert list(PaperBalance.objects.all()) == [again]
    line = JournalEntry.objects.order_by("pk").last()
    assert (line.act, line.role) == ("state_balance", "count_officer")
    assert outcome(count(poll))[2].cast == 18


def test_a_surplus_is_explained_too(voted, keyed, colette):
    poll = voted(2)
    keyed(poll, WISHES[:3])

    with pytest.raises(Refused, match="Il y a 1 bulletin de plus que d’émargements"):
        services.state_balance(poll, "ville", by=colette, at=paper.after())


def test_a_balance_is_stated_again_when_its_piles_change(voted, keyed, colette):
    poll = voted(2)
    batch = keyed(poll, WISHES[:2])
    services.state_balance(poll, "ville", by=colette, at=paper.after())

    services.restart_keying(batch, by=colette, at=paper.after(), reason="Relecture demandée par le bureau.")

    assert not PaperBalance.objects.exists()
    assert list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))[-2:] == [
        "forget_balance",
        "restart_keying",
    ]


def test_a_scope_without_paper_needs_no_balance(voted, colette):
    poll = voted(0)

    with pytest.raises(Refused, match="n’a aucun bulletin papier"):
        services.state_balance(poll, "ville", by=colette, at=paper.after())
    assert count(poll).state == PollState.COUNTED


def contest(poll, by, kind="contested", name="Voisin 19", **facts):
    return Incident.objects.create(
        poll=poll, kind=kind, entry=poll.entries.get(name=name), text="Dit n’avoir pas voté.", reported_by=by,
        reported_at=paper.after(), **facts,
    )  # fmt: skip


def test_a_contested_ballot_is_ruled_on_first_and_then_expected(voted, keyed, colette):
    poll = voted(2)
    keyed(poll, WISHES[:3])
    incident = contest(poll, colette)
    with pytest.raises(Refused, match="trancher 1 bulletin contesté ou en attente"):
        services.state_balance(poll, "ville", by=colette, at=paper.after())
    with pytest.raises(Refused, match="trancher 1 bulletin contesté ou en attente"):
        count(poll)
    ruled = {"ruling_reason": "Il dit vrai.", "ruled_by": colette, "ruled_at": paper.after()}
    Incident.objects.filter(pk=incident.pk).update(ruling="counted", **ruled)

    stated = services.state_balance(poll, "ville", by=colette, at=paper.after())

    assert (stated.marks, stated.contested, stated.ballots) == (2, 1, 3)
    poll.refresh_from_db()
    assert services.count(services.open_box(poll, by=make.BUILDER, at=paper.after()) if not poll.opened_at else poll,
                          by=make.BUILDER, at=paper.after()).state == PollState.COUNTED  # fmt: skip


def test_a_ruling_after_the_balance_makes_it_state_again(voted, keyed, colette):
    poll = voted(2)
    keyed(poll, WISHES[:2])
    services.state_balance(poll, "ville", by=colette, at=paper.after())
    contest(poll, colette, ruling="counted", ruling_reason="Vrai.", ruled_by=colette, ruled_at=paper.after())

    with pytest.raises(Refused, match="n’est plus à jour"):
        count(poll)


def test_a_waiting_envelope_whose_person_was_marked_later_is_expected_once(voted, keyed, colette):
    poll = voted(2)
    ruled = {"ruling": "counted", "ruling_reason": "Vrai.", "ruled_by": colette, "ruled_at": paper.after()}
    contest(poll, colette, kind="waiting", name="Voisin 00", **ruled)
    contest(poll, colette, kind="waiting", name="Aïcha", **ruled)

    [found] = selectors.paper_of(poll)

    assert (found.marks, found.contested) == (2, 1)


def test_a_paper_ballot_that_vanished_stops_the_count(voted, keyed, colette, lifted):
    poll = voted(12)
    keyed(poll, WISHES[:12])
    services.state_balance(poll, "ville", by=colette, at=paper.after())
    lifted("DELETE FROM voting_paperballot WHERE place = 7")

    with pytest.raises(Refused, match="ne font pas le compte du constat"):
        count(poll)

    assert not Ballot.objects.filter(channel="paper").exists()


def test_a_web_ballot_never_stands_for_a_missing_paper_one(voted, keyed, colette, lifted):
    """Twelve marks on paper and eight online: seven opened seals and thirteen papers do not make it up."""
    poll = voted(12)
    keyed(poll, [*WISHES[:12], "b"])
    services.state_balance(poll, "ville", by=colette, at=paper.after(), reason="Un de trop.")
    opened = services.open_box(poll, by=make.BUILDER, at=paper.after())
    lifted("DELETE FROM voting_ballot WHERE id = (SELECT min(id) FROM voting_ballot)")

    with pytest.raises(Refused, match="ne font pas le compte des émargements"):
        services.count(opened, by=make.BUILDER, at=paper.after())


def test_the_record_tells_the_paper_without_a_name(voted, keyed, colette):
    poll = voted(12)
    keyed(poll, WISHES[:11])
    services.state_balance(poll, "ville", by=colette, at=paper.after(), reason="Un non rapporté.")
    counted = count(poll)

    kept = canonical.load(bytes(counted.record.content))["paper"]
    assert kept == {
        "balances": [
            {"scope": "ville", "marks": 12, "contested": 0, "ballots": 11, "reason": "Un non rapporté."},
        ],
        "batches": [
            {
                "number": 1,
                "scope": "ville",
                "boxes": "Mairie, école",
                "size": 11,
                "roles": ["count_officer", "count_officer"],
                "resolved": 0,
            }
        ],
        "channels": {},
    }
    assert "Colette" not in bytes(counted.record.content).decode()


def test_cells_by_channel_are_kept_from_fifty_in_each(draft, review, colette, dora):
    people = make.admit(draft, *(f"Voisin {n:03d}" for n in range(100)))
    poll = make.seal(draft)
    for entry in people[50:]:
        services.cast_many(poll, [review(poll, entry, "BP26-0003")])
    paper.mark_on_paper(poll, people[:50], colette)
    poll = services.close(poll, by=make.BUILDER, at=paper.after())
    batch = paper.pile(poll, colette, 50)
    for turn, by in ((BatchState.FIRST, colette), (BatchState.SECOND, dora)):
        PaperBallot.objects.bulk_create(
            [PaperBallot(batch=batch, keying=turn.value, place=n, null_reason="illegible") for n in range(1, 50)]
        )
        PaperBatch.objects.filter(pk=batch.pk).update(**{f"{turn.value}_by": by})
        batch = paper.key(PaperBatch.objects.get(pk=batch.pk), by, "b")
    services.state_balance(poll, "ville", by=colette, at=paper.after())

    kept = canonical.load(bytes(count(poll).record.content))["paper"]

    assert kept["channels"] == {"ville": {"paper": [50, 1, 49], "web": [50, 0, 0]}}


def test_the_printed_record_states_it_in_words(voted, keyed, colette, town):
    poll = voted(12)
    keyed(poll, WISHES[:11])
    services.state_balance(poll, "ville", by=colette, at=paper.after(), reason="Un non rapporté.")

    said = reports.record_data({"poll": count(poll).pk})["paper"]

    assert [plain(words) for words in said.balances] == [
        "Toute la ville : 11 bulletins papier trouvés, pour 12 émargements sur papier et 0 bulletins contestés comptés. "
        "Non rapportés : 1. Un non rapporté."
    ]
    assert [tuple(map(plain, map(str, row))) for row in said.batches] == [
        ("Lot 1, Toute la ville", "Mairie, école", "11", "deux personnes : dépouillement, dépouillement", "0")
    ]
    assert said.channels == []
    html = rendering_of(poll)
    assert "Bulletins papier" in html
    assert "Colette" not in html


def rendering_of(poll):
    from django.template.loader import render_to_string

    spec = reports.OFFICIAL_RECORD
    return render_to_string(spec.template, {"title": "Procès-verbal", "town": None, **spec.build({"poll": poll.pk})})


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def two_scopes(draft, review, colette):
    """The town (two projects) and the hillside (two projects): Aïcha votes in both, Chloé in the town; on paper."""
    hill = deepcopy(draft.plan["scopes"][0]) | {"id": "coteaux", "name": "Les Coteaux"}
    draft.plan["scopes"].append(hill)
    draft.save()
    draft.candidates.filter(proposal__number__in=["BP26-0003", "BP26-0004"]).update(scope="coteaux")
    draft.entries.filter(name="Aïcha").update(scopes=["coteaux", "ville"])
    poll = make.seal(draft)
    paper.mark_on_paper(poll, list(poll.entries.order_by("pk")), colette)
    return services.close(poll, by=make.BUILDER, at=paper.after())


def test_each_scope_has_its_own_piles_numbers_and_balance(two_scopes, colette, dora):
    town, hill = selectors.paper_of(two_scopes)
    assert (town.id, town.marks, hill.id, hill.marks) == ("ville", 2, "coteaux", 1)
    orchard = paper.line(two_scopes, "BP26-0002")
    quay = paper.line(two_scopes, "BP26-0003")
    with pytest.raises(AssertionError, match="UNKNOWN_NUMBER"):
        paper.reading(two_scopes, quay, "ville")

    for scope, lines in (("ville", [orchard, "b"]), ("coteaux", [quay])):
        batch = paper.key(paper.pile(two_scopes, colette, len(lines), scope), colette, *lines)
        paper.key(batch, dora, *lines)
    services.state_balance(two_scopes, "ville", by=colette, at=paper.after())
    with pytest.raises(Refused, match="Le papier de .*Les Coteaux.* n’est pas constaté"):
        count(two_scopes)
    services.state_balance(two_scopes, "coteaux", by=colette, at=paper.after())
    two_scopes.refresh_from_db()
    services.count(two_scopes, by=make.BUILDER, at=paper.after())

    result = selectors.result_of(two_scopes)
    assert {s.scope_id: (s.winners, s.ballots.cast) for s in result.scopes} == {
        "ville": (("BP26-0002",), 2),
        "coteaux": (("BP26-0003",), 1),
    }


def test_a_contested_ballot_counts_once_in_each_scope_of_its_person(two_scopes, colette):
    contest(two_scopes, colette, name="Aïcha", ruling="counted", ruling_reason="Vrai.", ruled_by=colette,
            ruled_at=paper.after())  # fmt: skip

    assert [(p.id, p.contested) for p in selectors.paper_of(two_scopes)] == [("ville", 1), ("coteaux", 1)]
