"""The register of incidents: who writes, who rules, when a ballot may still be counted."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from tests.factories import voting as make
from tests.people import staff
from tests.reading import Page, plain
from tests.voting.test_at_the_same_time import together
from voting import services
from voting.models import Incident

pytestmark = pytest.mark.django_db


def report(poll, by, kind="paper", facts="Le scellé de l’urne est fendu.", **given):
    return services.report_incident(poll, by=by, at=make.clock(), kind=kind, facts=facts, **given)


def rule(incident, by, ruling="noted", reason="Scellé changé devant témoins."):
    return services.rule_on_incident(incident, by=by, at=make.clock(), ruling=ruling, reason=reason)


def refusal(act, *args, **facts):
    with pytest.raises(Refused) as refused:
        act(*args, **facts)
    return plain(str(refused.value))


@pytest.mark.parametrize("who", ["lucie", "paula", "colette"])
def test_who_holds_the_vote_writes_and_the_journal_names_nobody(request, poll, hall, who):
    by = request.getfixturevalue(who)

    incident = report(poll, by, facts="Madame Lefèvre s’est plainte.", station=hall)

    assert (incident.kind, incident.station, incident.reported_by, incident.ruling) == ("paper", hall, by, "")
    line = JournalEntry.objects.order_by("-position").first()
    assert (line.act, line.subject, line.to_state) == ("report_incident", f"voting.incident:{incident.pk}", "paper")
    assert not JournalReason.objects.filter(text__contains="Lefèvre").exists()


def test_strangers_do_not_write(poll, chloe, bruno):
    for by in (chloe, bruno):
        assert "Seules les personnes qui tiennent le vote" in refusal(report, poll, by)


def test_a_draft_has_no_register_and_an_incident_says_something(draft, lucie):
    assert "ne reçoit plus d’incident" in refusal(report, draft, lucie)
    poll = make.seal(draft)

    with pytest.raises(ValidationError):
        report(poll, lucie, facts=" ")


def test_the_bureau_rules_once_with_a_reason(poll, lucie, colette):
    incident = report(poll, lucie)
    assert "Dites en une phrase pourquoi" in refusal(rule, incident, colette, reason=" ")

    ruled = rule(incident, colette)

    assert (ruled.ruling, ruled.ruling_reason, ruled.ruled_by) == ("noted", "Scellé changé devant témoins.", colette)
    line = JournalEntry.objects.order_by("-position").first()
    assert (line.act, line.to_state, line.role) == ("rule_on_incident", "noted", "count_officer")
    assert "Cet incident est déjà tranché" in refusal(rule, incident, colette, "counted")


def test_only_the_count_officers_rule(poll, lucie, paula):
    incident = report(poll, lucie)

    for by in (lucie, paula):
        assert "Seule une personne chargée du dépouillement" in refusal(rule, incident, by)


@pytest.mark.parametrize(("kind", "may"), [("waiting", True), ("contested", True), ("paper", False), ("other", False)])
def test_only_a_ballot_is_counted(poll, lucie, colette, kind, may):
    incident = report(poll, lucie, kind)

    if may:
        rule(incident, colette, "counted")
        assert list(poll.incidents.filter(ruling="counted")) == [incident]
    else:
        assert "Seul un bulletin contesté ou en attente" in refusal(rule, incident, colette, "counted")


def test_nothing_joins_the_ballots_once_they_are_counted(poll, lucie, colette, aicha, review):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
    incident, after = report(poll, lucie, "paper"), make.clock() + 2 * make.HOUR
    for act in (services.close, services.open_box, services.count):
        poll = act(poll, by=make.BUILDER, at=after)

    late = Incident(poll=poll, kind="waiting", text="Retrouvée dans le coffre.", reported_by=lucie, reported_at=after)
    late.save()
    assert "Le vote est dépouillé" in refusal(rule, late, colette, "counted")
    assert rule(incident, colette, "noted").ruling == "noted"


def test_a_contested_ballot_is_claimed_once_by_somebody_marked(poll, hall, lucie, aicha):
    claim = {"kind": "contested", "facts": "Dit ne pas avoir voté.", "entry": aicha, "station": hall}
    assert "Cette personne n’a pas voté" in refusal(report, poll, lucie, **claim)
    services.mark_at_desk(aicha, hall, by=lucie, at=make.clock())

    incident = report(poll, lucie, **claim)

    assert incident.entry == aicha
    assert f"attend déjà : incident n° {incident.pk}" in refusal(report, poll, lucie, **claim)


@pytest.mark.django_db(transaction=True)
def test_two_rulings_at_once_leave_one(poll, lucie, colette):
    incident = report(poll, lucie, "waiting")

    outcomes = together([lambda ruling=r: rule(incident, colette, ruling) for r in ("counted", "not_counted") * 3])

    assert sum(isinstance(outcome, Incident) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_leave_one(poll, hall, lucie, aicha):
    services.mark_at_desk(aicha, hall, by=lucie, at=make.clock())

    together([lambda: report(poll, lucie, "contested", entry=aicha) for _click in range(6)])

    assert Incident.objects.count() == 1


def test_the_register_is_read_by_those_who_hold_the_vote(sign_in, request, poll, draft):
    for who, status in (("lucie", 200), ("paula", 200), ("colette", 200), ("chloe", 404), ("bruno", 404)):
        assert sign_in(request.getfixturevalue(who)).get(f"/bureau/vote/{poll.pk}/incidents/").status_code == status


def test_an_incident_is_written_and_ruled_on_by_page(sign_in, poll, hall, lucie, colette):
    register = f"/bureau/vote/{poll.pk}/incidents/"
    facts = {"kind": "paper", "station": hall.pk, "facts": "Le scellé est fendu."}
    written = sign_in(lucie).post(register, facts)
    incident = Incident.objects.get()
    seen = Page(sign_in(lucie).get(f"{register}{incident.pk}/"))

    ruled = sign_in(colette).post(f"{register}{incident.pk}/", {"ruling": "noted", "reason": "Scellé changé."})

    assert (written.status_code, ruled.status_code) == (303, 303)
    assert "Seule une personne chargée du dépouillement tranche" in seen.text
    assert not seen.all("input", name="ruling")
    page = Page(sign_in(colette).get(register))
    for words in ("Aucun incident à trancher", f"N° {incident.pk}", "Halle aux grains", "Scellé changé."):
        assert words in page.text


def test_a_wrong_form_is_said(sign_in, poll, lucie, colette):
    register = f"/bureau/vote/{poll.pk}/incidents/"
    incident = report(poll, lucie)
    empty = Page(sign_in(lucie).post(register, {"kind": "paper", "facts": ""}))
    counted = sign_in(colette).post(f"{register}{incident.pk}/", {"ruling": "counted", "reason": "Compté."})

    assert "Dites en une phrase ce qui s’est passé." in empty.error_of("facts")
    assert counted.status_code == 422
    assert Incident.objects.get().ruling == ""


def test_the_name_is_read_by_the_bureau_and_not_by_the_places(sign_in, poll, hall, lucie, colette, aicha):
    services.mark_at_desk(aicha, hall, by=lucie, at=make.clock())
    incident = report(poll, lucie, "contested", entry=aicha)
    page = f"/bureau/vote/{poll.pk}/incidents/{incident.pk}/"

    assert "Aïcha" in Page(sign_in(colette).get(page)).text
    assert "Aïcha" not in Page(sign_in(lucie).get(page)).text


def test_an_incident_of_another_vote_is_not_there(sign_in, poll, lucie):
    other = make.seal(make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25")))
    incident = report(other, lucie)

    assert sign_in(lucie).get(f"/bureau/vote/{poll.pk}/incidents/{incident.pk}/").status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_register_costs_the_same(sign_in, poll, hall, lucie, colette, how_many, django_assert_num_queries):
    for _number in range(how_many):
        report(poll, lucie, station=hall)
        rule(report(poll, lucie, station=hall), colette)
    client = sign_in(lucie)
    client.get(f"/bureau/vote/{poll.pk}/incidents/")

    with django_assert_num_queries(8):
        page = Page(client.get(f"/bureau/vote/{poll.pk}/incidents/"))

    assert [len(body) for body in page.all("tbody")] == [how_many, how_many]


def test_who_writes_a_ballot_in_the_register_does_not_have_it_counted(poll, colette, at):
    """One count officer alone would make room for a ballot that nobody cast."""
    dora = staff("dora", "Dora", "Blum", Role.COUNT, at)
    for kind in ("waiting", "contested"):
        incident = report(poll, colette, kind)
        assert "une autre personne décide que ce bulletin est compté" in refusal(rule, incident, colette, "counted")
        assert rule(incident, dora, "counted").ruled_by == dora
    assert rule(report(poll, colette, "waiting"), colette, "not_counted").ruling == "not_counted"
