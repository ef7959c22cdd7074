"""Seats filled by a call or by lot: applications, the published list, the draw, refusals and replacements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from cycles import lots, personal_data, policies, selectors, services
from cycles.lots import Quota
from cycles.models import Application, ApplicationState, Draw, LotOutcome, Recruitment
from cycles.services import Candidate
from tests.factories import meetings as factory

pytestmark = pytest.mark.django_db

LATER = timedelta(days=20)
WOMEN = Quota("gender", "F", 1, "une femme")


@pytest.fixture
def body(at, town):
    """Applications were taken until yesterday, and start again a minute before `at`."""
    return factory.body(at, applications_from=at - timedelta(days=20), applications_until=at + timedelta(days=10))


@pytest.fixture
def residents(body):
    return body.colleges.get(recruitment=Recruitment.LOT)


def candidate(name="Aïcha Benali", **facts):
    first = slugify(name) or "anonyme"
    return Candidate(name, **({"email": f"{first}@valrive.example", "gender": "F", "age_band": "26-45"} | facts))


def acts(subject):
    found = JournalEntry.objects.filter(subject=f"{subject._meta.label_lower}:{subject.pk}")
    return list(found.order_by("position").values_list("act", "to_state"))


def told(event):
    return set(OutboxMessage.objects.filter(event=event).values_list("contact__name", flat=True))


def test_an_application_is_received_once_and_withdrawn_by_its_code(at, residents):
    applied = services.apply(residents, candidate(), at=at, once="x")
    again = services.apply(residents, candidate(), at=at, once="x")

    assert again.application == applied.application
    assert policies.application_by_code(applied.code) == applied.application
    assert told("application_received") == {"Aïcha Benali"}
    with pytest.raises(Refused, match="une candidature suffit"):
        services.apply(residents, candidate(motivation="Encore"), at=at)
    services.withdraw_application(applied.application, at=at)
    assert acts(applied.application) == [("apply", "received"), ("settle_application", "withdrawn")]
    with pytest.raises(Refused, match="ne se retire plus"):
        services.withdraw_application(applied.application, at=at)


def test_what_an_application_is_refused_for(at, body, residents, paula):
    def refusal(college=residents, who=None, by=RESIDENT, when=at):
        with pytest.raises((Refused, ValidationError)) as found:
            services.apply(college, who or candidate(), by=by, at=when)
        return str(found.value)

    assert "est désigné" in refusal(body.colleges.get(recruitment=Recruitment.APPOINTED))
    assert "ouvrent le" in refusal(when=at - timedelta(days=30))
    assert "closes depuis le" in refusal(when=at + LATER)
    assert "indiquez votre nom" in refusal(who=candidate(" "))
    assert "un courriel, un téléphone" in refusal(who=candidate(email=""))
    assert "Seule l’équipe participation" in refusal(who=candidate(channel="paper"))
    late = candidate("Odette Renard", channel="paper", received_on=at.date())
    assert services.apply(residents, late, by=paula, at=at + LATER).application.entered_by == paula
    assert "closes depuis le" in refusal(who=candidate(channel="paper", received_on=(at + LATER).date()), by=paula, when=at + LATER)  # fmt: skip


def test_a_call_is_settled_by_hand_and_everybody_answered(at, body, paula):
    called = services.add_college(body, by=paula, at=at, name="Associations", seats=1, recruitment=Recruitment.CALL)
    chosen = services.apply(called, candidate(shows_name=True), at=at).application
    other = services.apply(called, candidate("Bruno Martel"), at=at).application

    chosen = services.choose(chosen, by=paula, at=at)
    with pytest.raises(Refused, match="complet"):
        services.choose(other, by=paula, at=at)
    services.turn_down(other, by=paula, at=at)

    assert (chosen.member.public_name, chosen.state) == ("Aïcha Benali", ApplicationState.CHOSEN)
    assert told("application_not_chosen") == {"Bruno Martel"}
    with pytest.raises(Refused, match="a déjà sa réponse"):
        services.turn_down(other, by=paula, at=at)


@pytest.fixture
def draw(at, residents, paula):
    """Six people, three seats, at least one woman; the number is known in five days."""
    for name, gender in (("Aïcha Un", "F"), ("Bruno Deux", "H"), ("Chloé Trois", "F"), ("David Quatre", "H"), ("Emma Cinq", ""), ("Farid Six", "H")):  # fmt: skip
        services.apply(residents, candidate(name, gender=gender), at=at)
    return services.announce_draw(residents, by=paula, at=at, quotas=[WOMEN], source="Le Loto du 7 mars", value_due_at=at + timedelta(days=5))  # fmt: skip


def test_a_draw_is_announced_then_done_and_anybody_can_do_it_again(at, draw, paula, residents):
    assert draw.list_digest == lots.digest(lots.listing(selectors.entries_of(draw)))
    assert {name for row in draw.listing for name in row} == {"rank", "gender"}  # only what a quota reads
    assert {row.get("gender") for row in draw.listing} == {"F", None}
    assert selectors.draw_page(draw).is_right is None
    with pytest.raises(Refused, match="sera connu le"):
        services.draw_lots(draw, by=paula, at=at, value="7 12 31")
    with pytest.raises(Refused, match="La liste du tirage au sort est arrêtée"):
        services.apply(residents, candidate("Gaël Sept"), at=at)

    after = at + timedelta(days=6)
    drawn = services.draw_lots(draw, by=paula, at=after, value=" 7  12 31 ")

    result = lots.draw(selectors.entries_of(draw), 3, [WOMEN], lots.seed_of("7 12 31", draw.list_digest))
    assert drawn.result == {"seated": list(result.seated), "substitutes": list(result.substitutes)}
    assert selectors.draw_page(drawn).is_right
    assert len(told("body_drawn")) == 6
    assert [act for act, _to in acts(draw)] == ["announce_draw", "draw_lots"]
    with pytest.raises(Refused, match="ne se recommence pas"):
        services.draw_lots(draw, by=paula, at=after, value="1 2 3")


def test_nothing_announced_changes_whatever_writes_it(at, draw, paula):
    for change in ({"seats": 2}, {"source": "Autre"}, {"list_digest": "x"}, {"listing": []}):
        with pytest.raises(IntegrityError, match="stays as it was announced"), transaction.atomic():
            Draw.objects.filter(pk=draw.pk).update(**change)
    services.draw_lots(draw, by=paula, at=at + timedelta(days=6), value="7 12 31")
    with pytest.raises(IntegrityError, match="stays as it was announced"), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(value="1 2 3")


def test_a_refusal_calls_the_next_and_keeps_the_trace(at, draw, paula):
    after = at + timedelta(days=6)
    services.draw_lots(draw, by=paula, at=after, value="7 12 31")
    first, second, third = draw.entries.filter(outcome=LotOutcome.SEATED).order_by("order")

    Application.objects.filter(pk=second.application_id).update(state="withdrawn")
    with pytest.raises(Refused, match="a retiré sa candidature"):
        services.accept_seat(second, by=paula, at=after)
    accepted = services.accept_seat(first, by=paula, at=after)
    called = services.refuse_seat(second, by=paula, at=after)

    assert accepted.application.member.body == draw.body
    second.refresh_from_db()
    assert (called.replaces, called.outcome, second.outcome) == (second, LotOutcome.SEATED, LotOutcome.REFUSED)
    page = selectors.draw_page(Draw.objects.get(pk=draw.pk))
    assert page.is_right
    assert [line.replaces for line in page.lines if line.rank == called.rank] == [second.rank]
    with pytest.raises(Refused, match="a déjà répondu"):
        services.refuse_seat(second, by=paula, at=after)
    entry = services.refuse_seat(third, by=paula, at=after)
    while entry is not None:
        entry = services.refuse_seat(entry, by=paula, at=after)
    assert not draw.entries.filter(outcome=LotOutcome.SUBSTITUTE).exists()


def test_impossible_quotas_are_named_with_the_gap(at, residents, paula):
    for name, gender in (("Aïcha Un", "F"), ("Bruno Deux", "H"), ("Chloé Trois", "F")):
        services.apply(residents, candidate(name, gender=gender), at=at)

    def refusal(*quotas):
        with pytest.raises(ValidationError) as found:
            services.announce_draw(residents, by=paula, at=at, quotas=quotas, source="Loto", value_due_at=at + LATER)
        return [text.replace("\u00a0", " ") for text in found.value.messages]

    assert refusal(Quota("gender", "H", 2, "un homme")) == [
        "« un homme » : le quota est de 2, la liste en compte 1. Il en manque 1."
    ]
    assert refusal(Quota("gender", "H", 1, "un homme"), Quota("gender", "F", 3, "une femme"))[-1] == (
        "Les quotas sur le genre demandent 4 sièges pour 3 à pourvoir : retirez-en 1."
    )
    assert not Draw.objects.exists()


def test_what_nobody_answered_is_erased_once_the_mandate_is_over(at, body, residents):
    services.apply(residents, candidate(motivation="Les arbres"), at=at)
    last = body.mandate_until - at.date()

    assert services.forget_applications(at + last) == 0
    assert services.forget_applications(at + last + timedelta(days=1)) == 1
    left = Application.objects.get()
    assert (left.motivation, left.gender, left.age_band, left.state) == ("", "", "", ApplicationState.RECEIVED)


def test_what_applicants_said_is_erased_after_six_months_or_with_them(at, residents, paula):
    kept = services.apply(residents, candidate(motivation="Les arbres"), at=at).application
    gone = services.apply(residents, candidate("Bruno Martel", motivation="Les bancs"), at=at).application
    services.turn_down(gone, by=paula, at=at)

    assert services.forget_applications(at + timedelta(days=182)) == 0
    assert services.forget_applications(at + timedelta(days=184)) == 1
    gone.refresh_from_db()
    assert (gone.motivation, gone.gender, gone.age_band) == ("", "", "")
    personal_data.erase(kept.contact, at)
    kept.refresh_from_db()
    assert (kept.motivation, kept.state) == ("", ApplicationState.WITHDRAWN)
    with pytest.raises(IntegrityError, match="application_forgotten_is_empty"), transaction.atomic():
        Application.objects.filter(pk=gone.pk).update(gender="F")
